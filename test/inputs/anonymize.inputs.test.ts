import { join } from "node:path";
import { describe, test } from "vitest";
import { expectSameRehearsals, twinsOf } from "../support/anonymous-twin.ts";
import { inputFiles, inputs } from "../support/inputs.ts";

const files = inputFiles("clusters/*/*.json").filter((file) => !file.endsWith(".groundtruth.json"));

describe.skipIf(inputs === undefined)("real clusters under other names", () => {
  test.each(files)("%s: every drain goes as before", (file) => {
    expectSameRehearsals(twinsOf(join(inputs!, file)));
  });
});
