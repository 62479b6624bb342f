import { hostname } from "node:os";
import { standingOf } from "../adapter/fold.ts";
import type { JournalRecord } from "../adapter/journal.ts";
import { openSteps } from "../exec/open-steps.ts";
import { stepTimes } from "../trace/step-times.ts";
import { agreeTo } from "./agree.ts";
import { decidedFirst } from "./decisions.ts";
import { continued, journalOf, sameCluster } from "./earlier-run.ts";
import type { ExecuteCommand } from "./execute-command.ts";
import { isGone, refuseSecondRun, withLease } from "./execute-lease.ts";
import { carryOutRun } from "./execute-run.ts";
import { underWay } from "./guard.ts";
import { InputError } from "./input-error.ts";
import { liveInput } from "./live-api.ts";
import { answersGiven, peopleNeeded } from "./people.ts";
import { prometheusNeeded } from "./prometheus-server.ts";
import { readInput } from "./read-input.ts";
import { Rehearsals } from "./rehearsal.ts";
import { shellWord } from "../lib/shell-word.ts";
import { version } from "./version.ts";

/** `seatrial execute --resume JOURNAL`: goes on where a run stopped, or was killed. */
export async function resumeRun(
  path: string,
  planPath: string | undefined,
  command: ExecuteCommand,
): Promise<number> {
  const content = journalOf(path, planPath);
  const { header, records } = content;
  const last = records.findLast(({ kind }) => kind === "ended" || kind === "aborting");
  if (last)
    throw new InputError(
      `${path}: ${last.kind === "ended" ? `this run is over: ${last.outcome}` : "this run was aborted"}. There is nothing to resume.`,
    );
  if (header.version !== version)
    throw new InputError(
      `${path} was written by Seatrial ${header.version}, and this is ${version}: they may not decide alike.`,
      `Resume it with that version, or put back what it did: seatrial execute --abort ${shellWord(path)}`,
    );
  const before = standingOf(content);
  if (typeof before === "string")
    throw new InputError(`${path}: ${before}. It was changed, or is no journal of this plan.`);
  const { client, acquaintance } = await sameCluster(content, path, command);
  const resumedNow = (): JournalRecord & { readonly kind: "resumed" } => ({
    kind: "resumed",
    now: before.now,
    at: new Date().toISOString(),
    user: acquaintance.user,
    host: hostname(),
    pid: process.pid,
  });
  const standingAfter = (resumed: JournalRecord) => {
    const standing = standingOf({ ...content, records: [...records, resumed] });
    return typeof standing === "string" ? before : standing;
  };
  const standing = standingAfter(resumedNow());
  await refuseSecondRun(client, (holder) => isGone(holder, header.run));
  const cluster = await readInput(liveInput(command, acquaintance), header.plan.assumptions);
  const { decide, isOver, standing: next } = await decidedFirst(standing, header.plan, command);
  const rehearsed = new Rehearsals(cluster, command).run(header.plan, underWay(next, header));
  answersGiven(header.plan, command);
  peopleNeeded(header.plan, command);
  prometheusNeeded(header.plan, command.prometheus);
  if (!isOver) await agreeTo(rehearsed, acquaintance, command);
  return withLease(
    client,
    header.run,
    (holder) => isGone(holder, header.run),
    (lease) => {
      const resumed: JournalRecord = {
        ...resumedNow(),
        predicted: stepTimes(rehearsed.trace.events, standing.now, openSteps(standing.execution)),
      };
      const journal = continued(path, content, resumed);
      const past = [...records, resumed];
      const live = { client, acquaintance, lease, journal, command: { ...command, decide } };
      const going = standingAfter(resumed);
      const session = { ...live, header, rehearsed, cluster, standing: going, past };
      return carryOutRun(session, (run) => run.carryOn(going.open));
    },
  );
}
