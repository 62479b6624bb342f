import { headlineOf } from "../../src/report/headline.ts";
import type { TuiSession } from "../../src/tui/open-tui.ts";
import { createModel, type Model } from "../../src/tui/state/model.ts";
import { drainOf, rehearse, running } from "../support/rehearse.ts";

/** Rehearsals to look at. */

interface App {
  readonly kind?: "Deployment" | "StatefulSet";
  readonly name: string;
  readonly replicas: number;
  readonly cpu?: string;
  readonly minAvailable?: number;
}

/** A workload with its Service and, where asked for, its budget. */
function manifest({ kind = "Deployment", name, replicas, cpu = "500m", minAvailable }: App): string {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name, image: name, resources: { requests: { cpu, memory: "1Gi" } } }] },
  };
  const objects: unknown[] = [
    {
      apiVersion: "apps/v1",
      kind,
      metadata: { name, namespace: "shop" },
      spec: { replicas, serviceName: name, selector: { matchLabels: labels }, template },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: "shop" },
      spec: { selector: labels },
    },
  ];
  if (minAvailable !== undefined)
    objects.push({
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name, namespace: "shop" },
      spec: { minAvailable, selector: { matchLabels: labels } },
    });
  return objects.map((each) => JSON.stringify(each)).join("\n---\n");
}

function sessionOf(manifests: string, shape: string, nodes: readonly string[]): TuiSession {
  const { trace, verdict } = rehearse(running(manifests, shape), drainOf(nodes));
  const headline = headlineOf(verdict, { command: "drain", hasTimeout: false });
  return { trace, verdict, headline, title: `drain ${nodes.join(" ")}` };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Three nodes; node-1 holds a queue whose budget allows nothing, and the only pod of a ledger. */
export const hanging = once(() =>
  sessionOf(
    [
      manifest({ kind: "StatefulSet", name: "queue", replicas: 3, cpu: "1", minAvailable: 3 }),
      manifest({ name: "ledger", replicas: 1 }),
      manifest({ name: "web", replicas: 3, minAvailable: 2 }),
    ].join("\n---\n"),
    "3,cpu=4,memory=16Gi,zones=a:b:c",
    ["node-1", "node-2", "node-3"],
  ),
);

/** Nine nodes of which one is drained: nothing is wrong. */
export const finishing = once(() =>
  sessionOf(manifest({ name: "web", replicas: 9, minAvailable: 5 }), "9,cpu=4,memory=16Gi", ["node-2"]),
);

/** Two nodes with room for no more than they have: what leaves one of them stays Pending. */
export const crowded = once(() =>
  sessionOf(manifest({ name: "web", replicas: 6, cpu: "1" }), "2,cpu=4,memory=16Gi", ["node-1"]),
);

/** The model of {@link hanging}. */
export const hangingModel: () => Model = once(() => createModel(hanging()));
