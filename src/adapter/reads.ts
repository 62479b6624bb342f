import { podFactOf } from "../exec/pod-fact.ts";
import type { ActionOf, ApiError, Fact, NodeFact } from "../exec/protocol.ts";
import { apiPath } from "../facts/api-resources.ts";
import { byText } from "../lib/order.ts";
import { zoneOf } from "../model/affinity.ts";
import type { PodDisruptionBudget } from "../model/budget.ts";
import { controllerOf } from "../model/meta.ts";
import { type Node, nodeCondition } from "../model/node.ts";
import { isFinished, isMirror, type Pod } from "../model/pod.ts";
import { formatSelector, matchesSelector } from "../model/selector.ts";
import type { Api } from "./api.ts";
import { nodePath, onNode, resource } from "./node-intents.ts";
import { parsedObjects } from "./parsed.ts";
import { errorOf, isSuccess, type RawObject } from "./raw.ts";

/** What the executor asks of nodes and of the pods on them. */

function failure(error: ApiError): Fact {
  return { kind: "error", error };
}

/** So many nodes are asked for their pods one by one; for more, all pods are read. */
const mostByNode = 20;

export async function listNodes(api: Api, { nodes: selection }: ActionOf<"listNodes">): Promise<Fact> {
  if (selection.kind === "current") return { kind: "nodes", nodes: [], missing: [] };
  const raw = await api.list(apiPath(resource("Node")));
  if (!("length" in raw)) return failure(raw);
  const parsed = parsedObjects({ apiVersion: "v1", kind: "Node", objects: raw });
  if ("error" in parsed) return failure(parsed.error);
  const byName = new Map(parsed.objects.Node.map((node) => [node.name, node]));
  const names =
    selection.kind === "names"
      ? selection.names
      : [...byName.values()]
          .filter(({ labels }) => matchesSelector(selection.selector, labels))
          .map(({ name }) => name)
          .sort(byText);
  const chosen = names.flatMap((name) => byName.get(name) ?? []);
  const load = await loadOf(api, chosen);
  if ("code" in load) return failure(load);
  const missing = names.filter((name) => !byName.has(name));
  return { kind: "nodes", nodes: chosen.map((node) => nodeFact(node, load)), missing };
}

interface Load {
  readonly pods: readonly Pod[];
  readonly budgets: readonly PodDisruptionBudget[];
}

async function loadOf(api: Api, nodes: readonly Node[]): Promise<Load | ApiError> {
  const path = apiPath(resource("Pod"));
  const pages =
    nodes.length > mostByNode
      ? [await api.list(path)]
      : await Promise.all(nodes.map(({ name }) => api.list(path, onNode(name))));
  const budgets = await api.list(apiPath(resource("PodDisruptionBudget")));
  const refused = [...pages, budgets].find((page): page is ApiError => !("length" in page));
  if (refused) return refused;
  const parsed = parsedObjects(
    { apiVersion: "v1", kind: "Pod", objects: pages.flat() as RawObject[] },
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget", objects: budgets as RawObject[] },
  );
  if ("error" in parsed) return parsed.error;
  return { pods: parsed.objects.Pod, budgets: parsed.objects.PodDisruptionBudget };
}

function nodeFact(node: Node, { pods: all, budgets }: Load): NodeFact {
  const pods = all.filter(
    (pod) =>
      pod.nodeName === node.name &&
      !isMirror(pod) &&
      !isFinished(pod) &&
      controllerOf(pod)?.kind !== "DaemonSet",
  );
  const isConstrained = (pod: Pod) =>
    budgets.some(
      ({ namespace, selector, status }) =>
        namespace === pod.namespace &&
        selector !== undefined &&
        status?.disruptionsAllowed === 0 &&
        matchesSelector(selector, pod.labels),
    );
  const { name, unschedulable } = node;
  const zone = zoneOf(node.labels);
  return { name, zone, unschedulable, pods: pods.length, constrainedPods: pods.filter(isConstrained).length };
}

/** `start` is the moment of the executor's time 0, in epoch milliseconds. */
export async function listPods(
  api: Api,
  { node, podSelector }: ActionOf<"listPods">,
  start: number,
): Promise<Fact> {
  const labels = podSelector.length === 0 ? {} : { labelSelector: formatSelector(podSelector) };
  const raw = await api.list(apiPath(resource("Pod")), { ...onNode(node), ...labels });
  if (!("length" in raw)) return failure(raw);
  const own = await api.read(nodePath(node));
  const nodes = isSuccess(own) ? [own.body as RawObject] : [];
  const parsed = parsedObjects(
    { apiVersion: "v1", kind: "Pod", objects: raw },
    { apiVersion: "v1", kind: "Node", objects: nodes },
  );
  if ("error" in parsed) return failure(parsed.error);
  const daemonSets = await existingDaemonSets(api, parsed.objects.Pod);
  if ("code" in daemonSets) return failure(daemonSets);
  const pods = [...parsed.objects.Pod]
    .sort((a, b) => byText(a.namespace, b.namespace) || byText(a.name, b.name))
    .map((pod) =>
      podFactOf(pod, {
        daemonSetExists: daemonSets.has(daemonSetOf(pod) ?? ""),
        ...(pod.deletion ? { deletionAt: pod.deletion.at - start } : {}),
      }),
    );
  const [found] = parsed.objects.Node;
  const isNodeSilent = found !== undefined && nodeCondition(found, "Ready")?.status === "Unknown";
  return { kind: "pods", pods, isNodeSilent };
}

/** The path of the DaemonSet that controls a pod. */
function daemonSetOf(pod: Pod): string | undefined {
  const controller = controllerOf(pod);
  if (controller?.kind !== "DaemonSet") return undefined;
  return apiPath(resource("DaemonSet"), { namespace: pod.namespace, name: controller.name });
}

async function existingDaemonSets(api: Api, pods: readonly Pod[]): Promise<ReadonlySet<string> | ApiError> {
  const paths = [...new Set(pods.flatMap((pod) => daemonSetOf(pod) ?? []))];
  const answers = await Promise.all(paths.map((path) => api.read(path)));
  const refused = answers.find((answer) => !isSuccess(answer) && answer.code !== 404);
  if (refused) return errorOf(refused);
  return new Set(paths.filter((_, index) => isSuccess(answers[index]!)));
}
