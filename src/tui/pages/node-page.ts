import { humanDuration } from "../../lib/duration.ts";
import { formatCpu, formatBytes } from "../../model/quantity.ts";
import { byText } from "../../lib/order.ts";
import { plain } from "../../report/escape.ts";
import { counted } from "../../lib/counted.ts";
import { allNodes } from "../../trace/all-nodes.ts";
import type { PodView } from "../../trace/world.ts";
import { lastBelow } from "../state/event-index.ts";
import type { Model } from "../state/model.ts";
import { podStates, type NodeSummary } from "../state/node-summary.ts";
import { waitWords } from "../state/node-waits.ts";
import { nodeWords, podStateStyle, podWords } from "../state/state-words.ts";
import { eventLine, heading, type Page, type PageLine, whyLines } from "./page.ts";

/** One node at this moment: how it stands, why, and its pods. */
export function nodePage(model: Model, count: number, name: string): Page {
  const world = model.worldAt(count);
  const summary = model.reader.summarize(world, count, name);
  const last = lastBelow(model.index.ofNode(name), count);
  const pods = world.podsOn(name);
  return {
    title: plain(name),
    lines: [
      { text: `${plain(name)} is ${nodeWords[summary.state].phrase}.`, style: "strong" },
      ...factLines(model, name, summary),
      ...phaseLines(model, count, name),
      ...waitLines(model, summary),
      ...heading("Why it is so"),
      ...(last === undefined ? [{ text: "Nothing has happened to it yet." }] : whyLines(model, last)),
      ...heading(pods.length === 0 ? "It has no pods" : `Its ${counted(pods.length, "pod")}`),
      ...podLines(model, count, pods),
    ],
  };
}

/** The pods that wait for a node. */
export function pendingPage(model: Model, count: number): Page {
  const pods = pendingPods(model, count);
  return {
    title: "Pending",
    lines: [
      {
        text: pods.length === 0 ? "Every pod has a node." : `${counted(pods.length, "pod")} without a node.`,
        style: "strong",
      },
      ...pods.flatMap((pod): PageLine[] => [
        ...podLines(model, count, [pod]),
        {
          text: `      ${pod.unschedulable === "" ? "not tried yet" : plain(pod.unschedulable)}`,
          style: "muted",
        },
      ]),
    ],
  };
}

/** The pods that have no node at this moment, and are not on their way out. */
export function pendingPods(model: Model, count: number): readonly PodView[] {
  return [...model.worldAt(count).pods.values()].filter(
    (pod) => pod.node === "" && pod.phase === "Pending" && pod.terminating === undefined,
  );
}

function factLines(model: Model, name: string, { cpu, memory }: NodeSummary): PageLine[] {
  const node = allNodes(model.session.trace).find((each) => each.name === name);
  if (!node) return [];
  const zone = model.nodes.find((each) => each.name === name)?.zone ?? "";
  const place = [zone === "" ? "no zone" : `zone ${zone}`, node.info.kubeletVersion, node.info.osImage];
  const offers = (resource: string) => node.allocatable[resource] ?? 0;
  const taints = node.taints.map(({ key, effect }) => `${key}:${effect}`).join(", ");
  return [
    { text: plain(place.filter((part) => part !== "").join(", ")), style: "muted" },
    { text: `cpu     ${percent(cpu)} of ${formatCpu(offers("cpu"))} cores requested` },
    { text: `memory  ${percent(memory)} of ${formatBytes(offers("memory"))} requested` },
    ...(taints === "" ? [] : [{ text: `taints  ${plain(taints)} (at the start)` }]),
  ];
}

function percent(share: number | undefined): string {
  return share === undefined ? "  ? %" : `${String(Math.round(share * 100)).padStart(3)} %`;
}

function phaseLines(model: Model, count: number, name: string): PageLine[] {
  const changes = model.reader.phasesOf(name).filter(({ event }) => event < count);
  const started = changes.findLast(({ phase }) => phase === "draining");
  const ended = changes.findLast(({ phase }) => phase === "drained" || phase === "failed");
  if (!started) return [];
  if (!ended || ended.time < started.time)
    return [{ text: `drain   under way since ${humanDuration(started.time)}`, style: "warning" }];
  const took = humanDuration(ended.time - started.time);
  return [{ text: `drain   ${ended.phase === "drained" ? "took" : "failed after"} ${took}` }];
}

function waitLines({ names }: Model, { waits }: NodeSummary): PageLine[] {
  const words = waitWords(names, waits);
  return words === "" ? [] : [{ text: `waits   ${words}`, style: "error" }];
}

function podLines(model: Model, count: number, pods: readonly PodView[]): PageLine[] {
  const rows = pods.map((pod) => ({ pod, state: model.reader.podState(pod, count) }));
  return rows
    .sort(
      (a, b) =>
        podStates.indexOf(a.state) - podStates.indexOf(b.state) ||
        byText(a.pod.namespace, b.pod.namespace) ||
        byText(a.pod.name, b.pod.name),
    )
    .map(({ pod, state }) => ({
      mark: podWords[state].word.padEnd(10),
      markStyle: podStateStyle[state],
      text: plain(`${pod.namespace}/${pod.name}`),
      target: { kind: "pod", pod: pod.id } as const,
    }));
}

/** One pod at this moment: where it is, why, and what happened to it. */
export function podPage(model: Model, count: number, id: string): Page {
  const pod = model.worldAt(count).pods.get(id);
  const numbers = model.index.ofPod(id).filter((number) => number < count);
  const last = numbers.at(-1);
  return {
    title: plain(model.names.pod(id)),
    lines: [
      ...(pod ? standing(model, count, pod) : [{ text: notThere(numbers), style: "strong" as const }]),
      ...heading("Why it is so"),
      ...(last === undefined ? [{ text: "Nothing has happened to it yet." }] : whyLines(model, last)),
      ...(numbers.length > 1 ? [...heading("What happened to it"), ...historyLines(model, numbers)] : []),
    ],
  };
}

function notThere(numbers: readonly number[]): string {
  return numbers.length === 0 ? "It does not exist yet." : "It is gone.";
}

function standing(model: Model, count: number, pod: PodView): PageLine[] {
  const state = model.reader.podState(pod, count);
  const place = pod.node === "" ? "no node" : pod.node;
  return [
    { text: plain(`${pod.namespace}/${pod.name} on ${place}: ${podWords[state].phrase}.`), style: "strong" },
    {
      text: plain(pod.workload === "" ? "No controller would replace it." : `Made by ${pod.workload}.`),
      style: "muted",
    },
    ...(pod.node === ""
      ? []
      : [{ text: plain(`Its node: ${pod.node}`), target: { kind: "node", node: pod.node } as const }]),
    ...(pod.node === "" && pod.unschedulable !== "" ? [{ text: plain(pod.unschedulable) }] : []),
  ];
}

/** The events of a pod, the newest first; the same words only once. */
function historyLines(model: Model, numbers: readonly number[]): PageLine[] {
  const seen = new Map<string, { number: number; times: number }>();
  for (const number of numbers) {
    const words = model.log.words(number);
    const known = seen.get(words);
    seen.delete(words);
    seen.set(words, { number, times: (known?.times ?? 0) + 1 });
  }
  return [...seen.values()]
    .reverse()
    .map(({ number, times }) => eventLine(model, number, times > 1 ? ` (${times} times)` : ""));
}
