import { randomBytes } from "node:crypto";
import { startOf } from "../adapter/fold.ts";
import { Journal, type JournalHeader, journalFormat } from "../adapter/journal.ts";
import { type Acquaintance, pendingPods } from "../adapter/cluster-identity.ts";
import { Stopped } from "../adapter/stopped.ts";
import { nameSuffix } from "../lib/hash.ts";
import type { Cluster } from "../model/cluster.ts";
import { checkPlan } from "../plan/check.ts";
import type { Plan } from "../plan/plan.ts";
import { stepTimes } from "../trace/step-times.ts";
import { readyCounts } from "./guard.ts";
import { screenOf } from "../report/screen.ts";
import type { ExecuteCommand } from "./execute-command.ts";
import { agreeTo } from "./agree.ts";
import { InputError } from "./input-error.ts";
import { acquaintedWith, impatientApi, liveClient, liveInput, refusals } from "./live-api.ts";
import { printBlocks } from "./output.ts";
import { answersGiven, peopleNeeded } from "./people.ts";
import { hashOf, planIn } from "./plan-file.ts";
import { prometheusNeeded } from "./prometheus-server.ts";
import { problemLines, readInput } from "./read-input.ts";
import { Rehearsals, type Rehearsed } from "./rehearsal.ts";
import { abortRun } from "./execute-abort.ts";
import { resumeRun } from "./execute-resume.ts";
import { refuseSecondRun, withLease } from "./execute-lease.ts";
import { carryOutRun } from "./execute-run.ts";
import { version } from "./version.ts";

/** `seatrial execute PLAN`: rehearses a plan on the live cluster, asks, and carries it out. */
export async function execute(path: string | undefined, command: ExecuteCommand): Promise<number> {
  if (command.resume !== undefined && command.abort !== undefined)
    throw new InputError("give --resume or --abort, not both");
  if (command.resume !== undefined) return resumeRun(command.resume, path, command);
  if (command.abort !== undefined) return abortRun(command.abort, path, command);
  if (path === undefined)
    throw new InputError("which plan? seatrial execute PLAN", "or --resume JOURNAL, --abort JOURNAL");
  const { plan, source } = planIn(path);
  const client = liveClient(command);
  const acquaintance = await acquaintedWith(client);
  refuseOtherCluster(plan, path, acquaintance, command);
  await refuseSecondRun(client);
  const cluster = await readInput(liveInput(command, acquaintance), plan.assumptions);
  const problems = checkPlan(plan, cluster, source);
  if (problems.length > 0) throw new InputError(...problemLines(problems));
  const rehearsed = rehearse(plan, cluster, command);
  answersGiven(plan, command);
  peopleNeeded(plan, command);
  prometheusNeeded(plan, command.prometheus);
  await agreeTo(rehearsed, acquaintance, command);
  const run = `${runName(plan.name)}-${nameSuffix(randomBytes(8).toString("hex"), 5)}`;
  return withLease(
    client,
    run,
    () => false,
    async (lease) => {
      const header: JournalHeader = {
        kind: "header",
        format: journalFormat,
        version,
        run,
        at: new Date().toISOString(),
        plan,
        planHash: hashOf(plan),
        planFile: path,
        cluster: acquaintance.identity,
        user: acquaintance.user,
        pendingBefore: await refusals(client, () => pendingPods(impatientApi(client))),
        predicted: stepTimes(rehearsed.trace.events),
        services: readyCounts(rehearsed.trace),
      };
      const journal = begin(command.journal ?? `${run}.journal`, header);
      return carryOutRun(
        { client, acquaintance, lease, journal, header, command, rehearsed, cluster, past: [] },
        (run) => run.begin(startOf(header)),
      );
    },
  );
}

/** Throws InputError where a plan says for which cluster it was made, and this is another one. */
function refuseOtherCluster(
  { cluster }: Plan,
  path: string,
  { identity }: Acquaintance,
  { onAnotherCluster }: ExecuteCommand,
): void {
  if (cluster === undefined || cluster === identity.uid || onAnotherCluster) return;
  throw new InputError(
    `${path} was made for another cluster than ${identity.context} (${identity.server}). Nothing was done.`,
    `Its metadata.cluster is ${cluster}; the UID of kube-system here is ${identity.uid}.`,
    "Rehearse it here first: nodes and workloads of the same names may be other ones.",
    "To carry it out here all the same: --on-another-cluster",
  );
}

function rehearse(plan: Plan, cluster: Cluster, command: ExecuteCommand): Rehearsed {
  const rehearsals = new Rehearsals(cluster, command);
  const rehearsed = rehearsals.run(plan);
  const blocks = screenOf({
    ...rehearsed,
    repairs: rehearsals.repairs(plan, rehearsed.verdict),
    subject: { command: "plan", hasTimeout: false, drainer: plan.drainer },
    failOn: "error",
    next: [],
    verbose: command.verbose,
  });
  printBlocks(blocks, command);
  return rehearsed;
}

/** Names of objects in Kubernetes are lower case, and so is this one. */
function runName(plan: string): string {
  return (
    plan
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .slice(0, 40) || "run"
  );
}

function begin(path: string, header: JournalHeader): Journal {
  try {
    return Journal.begin(path, header);
  } catch (error) {
    if (!(error instanceof Stopped) || error.reason.kind !== "journal") throw error;
    throw new InputError(
      `${path}: the journal cannot be begun: ${error.reason.message}`,
      "Nothing was done. Another file: --journal FILE",
    );
  }
}
