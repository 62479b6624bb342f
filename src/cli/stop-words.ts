import type { ApiClient } from "../adapter/api-client.ts";
import type { MissingRight, StopReason } from "../adapter/stopped.ts";
import { unreachable } from "../lib/assert.ts";
import { humanDuration } from "../lib/duration.ts";

/** Why a run, or a reading, stopped, and what would help, a sentence a line; `rbac` prints all the rights it needs. */
export function stopLines(
  reason: StopReason,
  { context, server, user, certificateEnd }: Omit<ApiClient, "kind" | "request">,
  rbac = "seatrial rbac PLAN",
): string[] {
  const where = `${context} (${server})`;
  const hasEnded = endedLines(certificateEnd);
  switch (reason.kind) {
    case "over":
      return [];
    case "asked":
      return [`Stopped by ${reason.signal}.`];
    case "unauthorized":
      return [
        `${where} does not take the credentials of ${user} (any more): ${reason.message}`,
        ...(hasEnded.length > 0 ? hasEnded : ["A token that has run out has to be made anew: log in again."]),
      ];
    case "forbidden":
      return [`${user} has not the right to do this: ${reason.message}`, ...rightLines(reason.right, rbac)];
    case "certificate":
      return [
        `${where}: the certificate is not taken: ${reason.message}`,
        ...(hasEnded.length > 0
          ? hasEnded
          : ["Has it run out? Is certificate-authority in the kubeconfig this cluster's?"]),
      ];
    case "credentials":
      return [`${where}: there are no credentials to show: ${reason.message}`];
    case "silence":
      return [
        `${where} ${reason.millis === 0 ? "cannot be reached" : `has not answered for ${humanDuration(reason.millis)}`}: ${reason.message}`,
        ...hasEnded,
      ];
    case "unreadable":
      return [`${where} could not be read: ${reason.message}`];
    case "lease":
      return [`Another run has the lease now: ${reason.holder}.`];
    case "journal":
      return [
        `The journal cannot be written: ${reason.message}`,
        "Nothing is done that does not stand in it. Make room, then go on.",
      ];
    case "drift":
      return ["The cluster is not any more as it was rehearsed:", ...reason.lines.map((line) => `  ${line}`)];
    case "alert":
      return [
        reason.alerts.length === 1
          ? `An alert fires, so ${reason.node} is not begun:`
          : `${reason.alerts.length} alerts fire, so ${reason.node} is not begun:`,
        ...reason.alerts.map((alert) => `  ${alert}`),
        "When they are over, go on.",
      ];
    case "prometheus":
      return [
        `Whether an alert fires cannot be known, so ${reason.node} is not begun:`,
        `  ${reason.message}`,
      ];
    case "window":
      return [`Nothing is begun outside the window, which opens at ${reason.at}: go on then.`];
    case "refused":
    case "person":
      return reason.message.split("\n");
    default:
      return unreachable(reason);
  }
}

/** What a server makes of a client certificate that has run out differs: that it has is said whatever it was. */
function endedLines(end: number | undefined): string[] {
  if (end === undefined || end > Date.now()) return [];
  const at = new Date(end).toISOString().slice(0, 16).replace("T", " ");
  return [`The client certificate of the kubeconfig ran out at ${at} UTC: it has to be made anew.`];
}

/** The rule of a role that would grant what is missing. */
function rightLines({ verb, resource, group, namespace }: MissingRight, rbac: string): string[] {
  const rule = resource.startsWith("/")
    ? `{nonResourceURLs: ["${resource}"], verbs: [${verb}]}`
    : `{apiGroups: ["${group}"], resources: [${resource}], verbs: [${verb}]}`;
  const where = namespace === "" ? "in a ClusterRole" : `in a ClusterRole, or in a Role of ${namespace}`;
  return [`This rule would grant it, ${where}:`, `  ${rule}`, `All that is needed: ${rbac}`];
}
