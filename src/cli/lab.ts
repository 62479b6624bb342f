import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labBinaries } from "../../lab/binaries.ts";
import { runInLab } from "../../lab/lab.ts";
import type { RawJson } from "../../lab/loadable.ts";
import { LabProblem } from "../../lab/problem.ts";
import { labBlocks } from "../../lab/report.ts";
import { unableKinds } from "../../lab/machines.ts";
import { labTimesOf } from "../../lab/times.ts";
import { factsAsOf } from "../facts/as-of.ts";
import { parseDuration } from "../lib/duration.ts";
import { checkPlan } from "../plan/check.ts";
import type { RawDocument } from "../read/documents.ts";
import { readPath } from "../read/files.ts";
import { listItems } from "../read/list-items.ts";
import { InputError } from "./input-error.ts";
import type { FormatOptions, InputOptions } from "./options.ts";
import { printBlocks } from "./output.ts";
import { planIn } from "./plan-file.ts";
import { problemLines, readInput } from "./read-input.ts";
import { writeSnapshot } from "./snapshot.ts";
import { version } from "./version.ts";

export interface LabCommand extends InputOptions, Pick<FormatOptions, "color"> {
  readonly limit: string;
}

/** The folder of a clone that holds what the lab is built from; beside `dist` and `src`. */
const labFolder = join(import.meta.dirname, "../lab");

/**
 * `seatrial lab PLAN`: carries a plan out on a real control plane that is loaded with the snapshot, and prints where the
 * rehearsal was wrong. Exit code 1 where it was.
 */
export async function lab(path: string, command: LabCommand): Promise<number> {
  limitOf(command);
  const given = [...command.from, ...command.filename];
  if (given.includes("-") || command.nodeShape !== undefined)
    throw new InputError(
      "the lab takes a snapshot from files, or of a live cluster: --from FILE, --context NAME",
    );
  const planned = planIn(path);
  const folder = mkdtempSync(join(tmpdir(), "seatrial-lab-"));
  try {
    // The lab is loaded with what the rehearsal was made on, whatever becomes of the live cluster meanwhile.
    const taken = join(folder, "the live cluster");
    if (given.length === 0)
      await writeSnapshot({ ...command, withConfig: false, anonymize: false, out: taken });
    const from = given.length === 0 ? [taken] : given;
    return await tryPlan(path, planned, { ...command, from, filename: [] }, folder);
  } catch (error) {
    if (error instanceof LabProblem) throw new InputError(...error.lines);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tryPlan(
  path: string,
  { plan, source }: ReturnType<typeof planIn>,
  command: LabCommand,
  folder: string,
): Promise<number> {
  const cluster = await readInput(command, plan.assumptions);
  const problems = checkPlan(plan, cluster, source);
  if (problems.length > 0) throw new InputError(...problemLines(problems));
  const unable = unableKinds(plan);
  if (unable.length > 0)
    throw new InputError(
      `${path}: the lab cannot carry out ${unable.join(", ")}: it has one control plane, of one version.`,
    );
  const said = (line: string) => void process.stderr.write(`${line}\n`);
  const run = await runInLab({
    objects: rawObjects(command.from),
    name: cluster.name,
    plan,
    timesOf: labTimesOf(cluster, plan.assumptions),
    bin: await labBinaries(labFolder, said),
    stages: join(labFolder, "stages.yaml"),
    folder: join(folder, "run"),
    limitMillis: limitOf(command),
    version,
    factsAsOf,
    said,
  });
  printBlocks(labBlocks(run), command);
  return run.differences.some(({ seed }) => seed === undefined) ? 1 : 0;
}

function limitOf({ limit }: LabCommand): number {
  const millis = parseDuration(limit);
  if (millis === undefined || millis <= 0)
    throw new InputError(`--limit ${limit}: expected a duration such as 10m`);
  return millis;
}

/** Every object of the files, as it stands there: they were read before, so that there is nothing wrong with them. */
function rawObjects(paths: readonly string[]): readonly RawJson[] {
  const objects: RawJson[] = [];
  const document = (each: RawDocument): void => {
    const list = listItems(each);
    if (list) return list.items.forEach(document);
    objects.push(each.value as RawJson);
  };
  for (const path of paths) readPath(path, { document, problem: () => undefined });
  return objects;
}
