import { expect, test } from "vitest";
import { hostsAddresses } from "../../../../src/sip/location/hosts-file.js";

const FILE = [
  "\uFEFF# 192.0.2.1 pbx.test",
  "127.0.0.1\tlocalhost",
  "192.0.2.2  other.test   PBX.Test\t# the office",
  "  2001:DB8:0::2 pbx.test",
  "192.0.2.2 pbx.test",
  "fe80::1%lo0 pbx.test",
  "192.0.2.3 my-pbx.test pbx.test.example",
  "192.0.2.4 other.test # pbx.test",
  "not-an-address pbx.test",
  "192.0.2.5",
].join("\r\n");

test.each([
  ["pbx.test", ["192.0.2.2", "2001:db8::2"]],
  ["PBX.TEST", ["192.0.2.2", "2001:db8::2"]],
  ["other.test", ["192.0.2.2", "192.0.2.4"]],
  ["192.0.2.5", []],
  ["test", []],
])("the addresses of %s are those of its lines, each once, in their order", (name, addresses) => {
  expect(hostsAddresses(FILE, name)).toEqual(addresses);
});
