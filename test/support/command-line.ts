import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

const bundle = join(import.meta.dirname, "../../dist/seatrial.mjs");

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with these files, gone when the test is over. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "seatrial-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Runs the bundle in a folder, as a person in a pipe would: without colours, without a terminal. */
export function seatrial(
  folder: string,
  args: readonly string[],
  input = "",
  more: Readonly<Record<string, string>> = {},
): Ran {
  const { FORCE_COLOR: _force, SEATRIAL_DEBUG: _debug, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], {
    cwd: folder,
    encoding: "utf8",
    input,
    env: { ...env, NO_COLOR: "1", KUBECONFIG: join(folder, "none"), ...more },
    maxBuffer: 64 << 20,
  });
  return { exitCode: status, stdout, stderr };
}
