import { longImageName } from "../../lib/image.ts";
import type { Cluster } from "../../model/cluster.ts";
import { labelValue } from "../../model/meta.ts";
import type { Node } from "../../model/node.ts";
import type { Pod } from "../../model/pod.ts";
import { landingNodes, replacedPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { byWorkload } from "../pod-groups.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Pods that may land on a node of another architecture than any that their image was seen on. An image that is not built for
 * it does not start there: `exec format error`, or no manifest to pull. Whether it is built, only its registry knows.
 * Source: kubernetes.io, Well-Known Labels (kubernetes.io/arch: scheduling does not look at images).
 */
export const imageOneArchitecture = definePreflightRule({
  id: "image-one-architecture",
  severity: "warning",
  title: "An image seen on one architecture only may land on another",
  check: (preflight) => {
    const { cluster } = preflight;
    const architectures = new Set(cluster.objects.Node.map(architectureOf).filter((each) => each !== ""));
    if (architectures.size < 2) return [];
    const seen = seenOn(cluster);
    const groups = byWorkload(preflight.index, replacedPods(preflight));
    const found = groups.flatMap(({ subject, pods }) => judge(preflight, subject, pods, seen) ?? []);
    return found.length === 0 ? [] : [finding(found)];
  },
});

interface Found {
  readonly subject: string;
  readonly images: readonly string[];
  readonly from: string;
  readonly to: readonly string[];
  readonly nodes: readonly string[];
}

function architectureOf({ info, labels }: Node): string {
  return info.architecture || (labelValue(labels, "kubernetes.io/arch") ?? "");
}

/** The architectures on which each image has run, or lies. */
function seenOn({ objects }: Cluster): ReadonlyMap<string, ReadonlySet<string>> {
  const seen = new Map<string, Set<string>>();
  const see = (image: string, architecture: string): void => {
    const name = longImageName(image);
    seen.set(name, (seen.get(name) ?? new Set()).add(architecture));
  };
  const architectures = new Map(objects.Node.map((node) => [node.name, architectureOf(node)]));
  for (const node of objects.Node)
    for (const { names } of node.images) for (const name of names) see(name, architectureOf(node));
  for (const { nodeName, spec, status } of objects.Pod)
    if (status.phase === "Running")
      for (const { image } of spec.containers) see(image, architectures.get(nodeName) ?? "");
  return seen;
}

function judge(
  preflight: Preflight,
  subject: string,
  pods: readonly Pod[],
  seen: ReadonlyMap<string, ReadonlySet<string>>,
): Found | undefined {
  for (const pod of pods) {
    const own = preflight.index.node(pod.nodeName);
    const from = own ? architectureOf(own) : "";
    if (from === "") continue;
    const others = landingNodes(preflight, pod).filter((node) => ![from, ""].includes(architectureOf(node)));
    const images = [...pod.spec.initContainers, ...pod.spec.containers]
      .map(({ image }) => image)
      .filter((image) => others.some((node) => !seen.get(longImageName(image))?.has(architectureOf(node))));
    if (images.length === 0) continue;
    return {
      subject,
      images: [...new Set(images)],
      from,
      to: [...new Set(others.map(architectureOf))],
      nodes: others.map(({ name }) => name),
    };
  }
  return undefined;
}

function finding(found: readonly Found[]): FindingDraft {
  const [first] = found as [Found, ...Found[]];
  const images = [...new Set(found.flatMap((each) => each.images))];
  const nodes = [...new Set(found.flatMap((each) => each.nodes))];
  const to = [...new Set(found.flatMap((each) => each.to))];
  return {
    subject: found.length === 1 ? first.subject : counted(found.length, "workload"),
    weight: 230 + Math.min(50, found.length),
    message: `${listed(images)} ${verb(images.length, "was", "were")} seen on ${first.from} only, and ${found.length === 1 ? "its pods" : "pods"} may land on ${to.join(" and ")}: ${listed(nodes)}`,
    details: [
      ...(found.length === 1 ? [] : [`${listed(found.map(({ subject }) => subject))}.`]),
      `An image that is not built for ${to.join(" and ")} does not start there; only its registry can tell: docker manifest inspect, or crane manifest.`,
      `Where it is not: nodeSelector kubernetes.io/arch: ${first.from}.`,
    ],
    data: { workloads: found.map(({ subject }) => subject), images, from: first.from, to, nodes },
  };
}
