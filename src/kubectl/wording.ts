import { drainers } from "../facts/drainers.ts";
import { goDuration } from "../lib/duration.ts";
import { unreachable } from "../lib/assert.ts";
import { parseRef } from "../model/meta.ts";
import type {
  DrainFailure,
  DrainProblem,
  DryRun,
  Note,
  NotePod,
  PodGroup,
  RolloutNote,
} from "../trace/event.ts";
import { objectName, pluralName } from "./resources.ts";

/**
 * kubectl's own words for what its executor has to say.
 * Source: kubernetes/kubectl pkg/drain, pkg/cmd/drain v0.36.0; recordings under test/truth; facts/drain.json.
 */

export interface Line {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

const out = (text: string): Line => ({ stream: "stdout", text });
const err = (text: string): Line => ({ stream: "stderr", text });

/** The lines that kubectl prints for a note. */
export function wordsFor(note: Note): readonly Line[] {
  switch (note.kind) {
    case "cordoned":
      return [
        note.taint === undefined
          ? out(`node/${note.node} ${note.already ? "already cordoned" : "cordoned"}${dryRun(note.dryRun)}`)
          : out(`node/${note.node} tainted ${note.taint}`),
      ];
    case "uncordoned":
      return [out(`node/${note.node} ${note.already ? "already uncordoned" : "uncordoned"}`)];
    case "warning":
      return [err(`Warning: ${note.groups.map(group).join("; ")}`)];
    case "evicting":
      return [out(`evicting pod ${note.pod.namespace}/${note.pod.name}${dryRun(note.dryRun)}`)];
    case "evictionRetry":
      return [err(retry(note.pod, note.message, note.terminating, note.retryMillis))];
    case "held":
      return [err(`pod ${quoted(note.pod.name)} is not evicted, and waited for (${note.mark})`)];
    case "forced":
      return [
        err(
          `node/${note.node} not drained after ${goDuration(note.millis)}: ${podList(note.pods)} ${note.fate === "deleted" ? "deleted past every budget" : "left to go with the machine"}`,
        ),
      ];
    case "evicted":
      return [out(`pod/${note.pod.name} ${endOfPod(note)}${dryRun(note.dryRun)}`)];
    case "skipped":
      return [
        err(
          `pod ${quoted(note.pod.name)} has DeletionTimestamp older than ${note.seconds} seconds, skipping`,
        ),
      ];
    case "drained":
      return [out(`node/${note.node} drained${dryRun(note.dryRun)}`)];
    case "nodeFailed":
      return nodeFailed(note.node, note.problem, note.pending);
    case "pendingNodes":
      return [
        err("There are pending nodes to be drained:"),
        ...note.failed.map(({ node }) => err(` ${node}`)),
        ...note.failed.flatMap(({ problem }) => problems(problem).map(err)),
      ];
    case "nodeNotFound":
      return [err(`Error from server (NotFound): nodes ${quoted(note.node)} not found`)];
    case "windowAwaited":
      return [
        out(
          `${note.node === "" ? "" : `${note.node}: `}nothing is begun outside the window: waits until ${note.at}`,
        ),
      ];
    case "object":
      return [out(objectLine(note.object, note.done))];
    case "objectNotFound":
      return [err(`Error from server (NotFound): ${pluralName(note.object)} ${quoted(note.name)} not found`)];
    case "rollout":
      return [rollout(note.state)];
    case "table":
      return table(note.rows).map(out);
    case "line":
      return [{ stream: note.stream, text: note.text }];
    default:
      return unreachable(note);
  }
}

const quoted = (text: string) => JSON.stringify(text);

function dryRun(mode: DryRun): string {
  return mode === "none" ? "" : mode === "client" ? " (dry run)" : " (server dry run)";
}

function endOfPod({ deleted, failed }: Extract<Note, { readonly kind: "evicted" }>): string {
  if (failed) return deleted ? "deletion failed" : "eviction failed";
  return deleted ? "deleted" : "evicted";
}

function group({ message, pods }: PodGroup): string {
  return `${message}: ${podList(pods)}`;
}

function podList(pods: readonly NotePod[]): string {
  return pods.map(({ namespace, name }) => `${namespace}/${name}`).join(", ");
}

function retry(
  { namespace, name }: NotePod,
  message: string,
  terminating: boolean,
  retryMillis = drainers.kubectl.retryMillis,
): string {
  const after = goDuration(retryMillis);
  if (terminating)
    return `error when evicting pod ${quoted(name)} from terminating namespace ${quoted(namespace)} (will retry after ${after}): ${message}`;
  return `error when evicting pods/${quoted(name)} -n ${quoted(namespace)} (will retry after ${after}): ${message}`;
}

function failure(each: DrainFailure): string {
  switch (each.kind) {
    case "evict":
      return `error when evicting pods/${quoted(each.pod.name)} -n ${quoted(each.pod.namespace)}: ${each.message}`;
    case "timeout":
      return `error when evicting pods/${quoted(each.pod.name)} -n ${quoted(each.pod.namespace)}: global timeout reached: ${goDuration(each.millis)}`;
    case "wait":
      return `error when waiting for pod ${quoted(each.pod.name)} in namespace ${quoted(each.pod.namespace)} to terminate: context deadline exceeded`;
    case "waitMany":
      return `error when waiting for pods to terminate: context deadline exceeded`;
    case "lost":
      return `error when waiting for pod ${quoted(each.pod.name)} in namespace ${quoted(each.pod.namespace)} to terminate: ${each.message}`;
    case "delete":
    case "request":
      return each.message;
    default:
      return unreachable(each);
  }
}

/** The errors of one node, one a line. */
function problems(problem: DrainProblem): string[] {
  return problem.kind === "refused"
    ? problem.groups.map((each) => `cannot delete ${group(each)}`)
    : problem.failures.map(failure);
}

/** Several errors are one, in brackets, each only once. */
function aggregate(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? distinct[0]! : `[${distinct.join(", ")}]`;
}

function nodeFailed(node: string, problem: DrainProblem, pending: readonly NotePod[]): Line[] {
  const error = aggregate(problems(problem));
  const lines: Line[] = [];
  if (problem.kind === "failed" && pending.length > 0) {
    lines.push(err(`There are pending pods in node ${quoted(node)} when an error occurred: ${error}`));
    for (const { name } of pending) lines.push(err(`pod/${name}`));
  }
  lines.push(
    err(`error: unable to drain node ${quoted(node)} due to error: ${error}, continuing command...`),
  );
  return lines;
}

function objectLine(object: string, done: string): string {
  const ref = parseRef(object);
  if (!ref) return `${object} ${done}`;
  if (done !== "deleted") return `${objectName(ref.kind, ref.name)} ${done}`;
  const [resource = ""] = objectName(ref.kind, ref.name).split("/");
  return `${resource} ${quoted(ref.name)} deleted${ref.namespace === "" ? "" : ` from ${ref.namespace} namespace`}`;
}

/** Columns as wide as their widest cell, three blanks between them. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]! + 3))
      .join("")
      .trimEnd(),
  );
}

/** Source: kubectl pkg/polymorphichelpers/rollout_status.go. */
function rollout(state: RolloutNote): Line {
  switch (state.kind) {
    case "Deployment":
      return deploymentRollout(state);
    case "StatefulSet":
      return statefulSetRollout(state);
    case "DaemonSet":
      return daemonSetRollout(state);
  }
}

function deploymentRollout(state: RolloutNote): Line {
  const waiting = (what: string) =>
    out(`Waiting for deployment ${quoted(state.name)} rollout to finish: ${what}...`);
  if (!state.isObserved) return out("Waiting for deployment spec update to be observed...");
  if (state.isStuck) return err(`error: deployment ${quoted(state.name)} exceeded its progress deadline`);
  if (state.updated < state.replicas)
    return waiting(`${state.updated} out of ${state.replicas} new replicas have been updated`);
  if (state.total > state.updated)
    return waiting(`${state.total - state.updated} old replicas are pending termination`);
  if (state.available < state.updated)
    return waiting(`${state.available} of ${state.updated} updated replicas are available`);
  return out(`deployment ${quoted(state.name)} successfully rolled out`);
}

const notRolling = "error: rollout status is only available for RollingUpdate strategy type";

function statefulSetRollout(state: RolloutNote): Line {
  if (!state.isRolling) return err(notRolling);
  if (!state.isObserved) return out("Waiting for statefulset spec update to be observed...");
  if (state.ready < state.replicas)
    return out(`Waiting for ${state.replicas - state.ready} pods to be ready...`);
  const wanted = state.replicas - state.partition;
  if (state.updated < wanted)
    return out(
      `Waiting for partitioned roll out to finish: ${state.updated} out of ${wanted} new pods have been updated...`,
    );
  return out(`partitioned roll out complete: ${state.updated} new pods have been updated...`);
}

function daemonSetRollout(state: RolloutNote): Line {
  const waiting = (what: string) =>
    out(`Waiting for daemon set ${quoted(state.name)} rollout to finish: ${what}...`);
  if (!state.isRolling) return err(notRolling);
  if (!state.isObserved) return out("Waiting for daemon set spec update to be observed...");
  if (state.updated < state.replicas)
    return waiting(`${state.updated} out of ${state.replicas} new pods have been updated`);
  if (state.available < state.replicas)
    return waiting(`${state.available} of ${state.replicas} updated pods are available`);
  return out(`daemon set ${quoted(state.name)} successfully rolled out`);
}
