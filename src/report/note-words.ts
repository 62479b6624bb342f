import { unreachable } from "../lib/assert.ts";
import { humanDuration } from "../lib/duration.ts";
import { wordsFor } from "../kubectl/wording.ts";
import type { DrainFailure, DrainProblem, Note, NotePod } from "../trace/event.ts";
import { listed } from "../lib/counted.ts";

/** More names than this are counted. */
const mostNames = 3;

/** The client's own lines, in a row; the rounds of its retries and its lists are told shorter. */
export function noteWords(note: Note, client: string): string {
  switch (note.kind) {
    case "evicting":
      return `${client} asks to evict ${note.pod.namespace}/${note.pod.name}`;
    case "evictionRetry":
      return `${client} will ask again for ${note.pod.namespace}/${note.pod.name} in ${humanDuration(note.retryMillis ?? 5_000)}`;
    case "evicted":
      return note.failed
        ? `${client} cannot see any more whether ${podName(note.pod)} goes`
        : `${client} sees that ${podName(note.pod)} is gone`;
    case "drained":
      return `${note.node} is drained`;
    case "nodeFailed":
      return `${client} gives up on ${note.node}: ${problemWords(note.problem)}`;
    case "warning":
      return note.groups
        .map(
          ({ message, pods }) =>
            `${client}: ${message}: ${listed(
              pods.map(({ name }) => name),
              mostNames,
            )}`,
        )
        .join("; ");
    default:
      return `${client}: ${wordsFor(note)
        .map(({ text }) => text.trim())
        .join(" / ")}`;
  }
}

function problemWords(problem: DrainProblem): string {
  if (problem.kind === "refused")
    return problem.groups
      .map(({ message, pods }) => `${message}: ${listed(pods.map(podName), mostNames)}`)
      .join("; ");
  return listed(problem.failures.map(failureWords), mostNames);
}

const podName = ({ namespace, name }: NotePod): string => `${namespace}/${name}`;

function failureWords(failure: DrainFailure): string {
  switch (failure.kind) {
    case "request":
      return failure.message;
    case "evict":
    case "delete":
    case "lost":
      return `${podName(failure.pod)}: ${failure.message}`;
    case "timeout":
      return `${podName(failure.pod)} was refused for ${humanDuration(failure.millis)}`;
    case "wait":
      return `${podName(failure.pod)} is not gone in time`;
    case "waitMany":
      return `not all pods are gone after ${humanDuration(failure.millis)}`;
    default:
      return unreachable(failure);
  }
}
