import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadRecording } from "./record.ts";
import { runRecording } from "./run-file.ts";

const folder = join(import.meta.dirname, "../data");

describe.each(["disruption", "controllers"])("what a control plane did: %s", (kind) => {
  const files = readdirSync(join(folder, kind)).filter((file) => file.endsWith(".json.gz"));

  test.each(files)("%s", (file) => {
    const outcomes = [...runRecording(join(folder, kind, file))];
    expect(outcomes.map(({ difference }) => difference)).toEqual([undefined]);
  });

  test("there are recordings, and each says more than that it ended", () => {
    expect(files.length).toBeGreaterThan(20);
    for (const file of files)
      expect(Object.keys(loadRecording(join(folder, kind, file)).comparable).length).toBeGreaterThan(4);
  });
});
