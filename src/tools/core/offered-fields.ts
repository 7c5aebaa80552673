import { z } from "zod";
import { isNeeded, isParameterOffered, isSecretName, type Offering, secretNames } from "./offered.js";

type Shape = Readonly<Record<string, z.core.SomeType>>;

/** A tool's parameters as a configuration offers them, those that name a configured password with the names. */
export function offeredFields(shape: Shape, offering: Omit<Offering, "readOnly" | "testCalls">): Shape {
  const names = Object.keys(shape);
  const offered = Object.entries(shape)
    .filter(([name]) => isParameterOffered(name, offering))
    .map(([name, field]) => {
      if (isSecretName(name) && offering.sipSecrets !== undefined) {
        const { names, description } = secretNames(name, offering.sipSecrets);
        return [name, z.enum(names).describe(description).optional()];
      }
      const isOptional = field instanceof z.ZodOptional;
      return [name, isOptional && isNeeded(name, names, offering) ? field.unwrap() : field];
    });
  return Object.fromEntries(offered);
}
