import { byText } from "../../lib/order.ts";
import type { HorizontalPodAutoscaler } from "../../model/policy.ts";
import type { Sim } from "../sim.ts";
import type { ActionOf, Reply } from "./reply.ts";

/** What the API server prints of autoscalers. Source: pkg/printers/internalversion/printers.go. */
export function tableOfAutoscalers(sim: Sim, { selection }: ActionOf<"table">): Reply {
  const { namespace, names } = selection;
  const chosen = [...sim.state.tables.HorizontalPodAutoscaler.values()]
    .filter((each) => each.namespace === namespace && (names.length === 0 || names.includes(each.name)))
    .sort((a, b) => byText(a.name, b.name));
  const header = ["NAME", "REFERENCE", "TARGETS", "MINPODS", "MAXPODS", "REPLICAS", "AGE"];
  return { fact: { kind: "table", rows: [header, ...chosen.map((each) => row(sim, each))] } };
}

function row(sim: Sim, hpa: HorizontalPodAutoscaler): string[] {
  const status = sim.state.autoscalers.get(`${hpa.namespace}/${hpa.name}`);
  const targets = hpa.metrics.map((metric, index) => {
    if (metric.type !== "Resource" && metric.type !== "ContainerResource") return `<unknown>/${metric.name}`;
    const used = status?.utilization[index] ?? metric.value;
    const unit = metric.target === "Utilization" ? "%" : "";
    return `${metric.name}: ${used}${unit}/${metric.value}${unit}`;
  });
  const current = status?.current ?? hpa.currentReplicas;
  const age = Math.floor((sim.epoch() - (hpa.createdAt ?? sim.epoch())) / 1_000);
  return [
    hpa.name,
    `${hpa.target.kind}/${hpa.target.name}`,
    targets.join(", "),
    String(hpa.minReplicas),
    String(hpa.maxReplicas),
    String(current),
    `${age}s`,
  ];
}
