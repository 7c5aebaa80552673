import { describe, expect, it } from "vitest";
import { routesBelow } from "../../../../src/hosting/front/routes.js";

describe("routes of pages", () => {
  const below = routesBelow(new URL("https://sip.example.com/telzino"));

  it.each(["/p", "/p/", "/p/BCDFGHJK", "/password/abc", "/password/abc?from=here"])(
    "are %s, with the prefix too",
    (path) => {
      expect(below(path)).toBe("page");
      expect(below(`/telzino${path}`)).toBe("page");
      expect(routesBelow(undefined)(path)).toBe("page");
    },
  );

  it.each(["/", "/password", "/px", "/passwords/abc", "/other/p", "/telzino/telzino/p"])(
    "are not %s",
    (path) => {
      expect(below(path)).toBeUndefined();
    },
  );
});
