import { humanDuration } from "../lib/duration.ts";
import { skewRuleOf } from "../facts/skew.ts";
import { componentsOf } from "../model/components.ts";
import { controlPlaneOf } from "../model/control-plane.ts";
import { parseVersion } from "../model/version.ts";
import type { TraceEvent } from "../trace/event.ts";
import { quorumOf } from "../trace/control-plane.ts";
import type { Trace } from "../trace/trace.ts";
import type { Block, Line } from "./layout.ts";
import { wayBack } from "./way-back.ts";
import { counted } from "../lib/counted.ts";

/** What an upgrade does to versions, to etcd and to the API server, and from where on there is no way back. */
export function upgradeBlock(trace: Trace, passes: number): Block {
  return {
    label: "Upgrade",
    gap: true,
    lines: [
      skewSentence(trace),
      ...quorumSentence(trace),
      awaySentence(trace),
      `${counted(passes, "pass", "passes")} over the workers.`,
      ...wayBack(trace),
    ].map((text): Line => ({ text, hang: 2 })),
  };
}

/** How often a version changes, and how far kubelets ever are behind the oldest API server. */
function skewSentence({ header, events }: Trace): string {
  const minors = new Map<string, number>();
  for (const { name, node, version } of componentsOf(header.cluster))
    minors.set(`${name} ${node}`, version.minor);
  const own = parseVersion(header.cluster.version);
  // A managed control plane is on no node: the cluster's version is that of its API servers.
  if (own && controlPlaneOf(header.cluster).nodes.length === 0) minors.set("kube-apiserver ", own.minor);
  let [changes, joined] = [0, 0];
  let tightest = farthest(minors);
  for (const event of events) {
    if (event.kind === "node.removed")
      for (const key of [...minors.keys()].filter((each) => each.endsWith(` ${event.node}`)))
        minors.delete(key);
    if (event.kind === "component.upgraded" && event.from !== "") changes++;
    if (event.kind === "node.added") joined++;
    const change = changeOf(event);
    if (!change) continue;
    minors.set(change.key, change.minor);
    const now = farthest(minors);
    if (now && (!tightest || now.by > tightest.by)) tightest = now;
  }
  const start = [
    `${counted(changes, "change of version", "changes of version")}.`,
    ...(joined > 0 ? [`${counted(joined, "new node")}.`] : []),
  ].join(" ");
  if (!tightest) return start;
  const { by, kubelet, api } = tightest;
  const allowed =
    skewRuleOf("kubelet", "kube-apiserver")!.older.findLast(({ fromMinor }) => fromMinor <= kubelet)
      ?.minors ?? 0;
  return `${start} Tightest: kubelet 1.${kubelet} and API server 1.${api}, ${by} behind of ${allowed} allowed.`;
}

/** The component whose minor an event tells, as `kubelet node-1`. */
function changeOf(event: TraceEvent): { readonly key: string; readonly minor: number } | undefined {
  const [key, text] =
    event.kind === "component.upgraded"
      ? [`${event.component} ${event.node}`, event.to]
      : event.kind === "node.added"
        ? [`kubelet ${event.node}`, event.object.info.kubeletVersion]
        : ["", ""];
  const version = parseVersion(text);
  return version && { key, minor: version.minor };
}

/** The kubelet that is farthest behind the newest API server. */
function farthest(
  minors: ReadonlyMap<string, number>,
): { readonly by: number; readonly kubelet: number; readonly api: number } | undefined {
  const of = (name: string) =>
    [...minors].filter(([key]) => key.startsWith(`${name} `)).map(([, minor]) => minor);
  const [kubelets, servers] = [of("kubelet"), of("kube-apiserver")];
  if (kubelets.length === 0 || servers.length === 0) return undefined;
  const [kubelet, api] = [Math.min(...kubelets), Math.max(...servers)];
  return { by: api - kubelet, kubelet, api };
}

function quorumSentence({ events }: Trace): string[] {
  const changes = events.filter((event) => event.kind === "etcd.members");
  if (changes.length === 0) return [];
  // A single member is away with its API server, which is told of below.
  if (changes.every(({ members }) => members === 1)) return [];
  const spareOf = ({ members, healthy }: (typeof changes)[number]) => healthy - quorumOf(members);
  // Of equal ones the smaller membership: a machine more for a while is not what one is left with.
  const lowest = changes.reduce((least, event) =>
    spareOf(event) < spareOf(least) || (spareOf(event) === spareOf(least) && event.members < least.members)
      ? event
      : least,
  );
  const most = Math.max(...changes.map(({ members }) => members));
  const range = most > lowest.members ? ` (up to ${most} members meanwhile)` : "";
  const needed = quorumOf(lowest.members);
  const spare = spareOf(lowest);
  const word = spare < 0 ? "quorum is lost" : spare === 0 ? "none to spare" : `${spare} to spare`;
  return [`etcd ${lowest.healthy} of ${lowest.members} at its lowest, needs ${needed}: ${word}${range}.`];
}

/** How long no API server answered. */
function awaySentence({ events }: Trace): string {
  let since: number | undefined;
  let [times, total] = [0, 0];
  for (const event of events) {
    if (event.kind === "api.down") since = event.time;
    if (event.kind !== "api.up" || since === undefined) continue;
    times++;
    total += event.time - since;
    since = undefined;
  }
  if (since !== undefined) return "The API is away to the end.";
  if (times === 0) return "One API server answers at every moment.";
  return `The API is away ${counted(times, "time")}, ${humanDuration(total)} in all: nothing is rescheduled meanwhile.`;
}
