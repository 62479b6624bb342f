import { z } from "zod";
import { formatVersion, parseVersion } from "../../model/version.ts";
import { expected } from "./fields.ts";

const unquoted = (input: unknown) =>
  typeof input === "number" ? `a minor is not enough: write v${input}.N` : "";
const aVersion = expected("a version with its patch, such as v1.35.2", unquoted);

/** `v1.35.2` or `1.35.2`: a version with its patch, kept with its `v`. */
export const version = z
  .string(aVersion)
  .regex(/^v?\d+\.\d+\.\d+([-+~][0-9A-Za-z.+~-]+)?$/, aVersion)
  .transform((text) => {
    const parsed = parseVersion(text);
    return parsed ? formatVersion(parsed) : text;
  });
