import { z } from "zod";
import { keyOf } from "../model/meta.ts";
import { platformOf } from "../model/platform.ts";
import { nodeOwner } from "../model/node-owner.ts";
import { nodeRows } from "./check-rows.ts";
import { checkHeadline, type CheckInput } from "./check-screen.ts";
import { findingSchema, jsonFinding } from "./json.ts";
import { kindsNotGiven } from "./not-given.ts";

/** The look before maintenance for programs; published as schemas/check.schema.json. */

const share = z.object({ cpu: z.int(), memory: z.int() }).describe("Percent of what is allocatable");

export const checkSchema = z
  .object({
    schema: z.literal("seatrial/check/v1"),
    exitCode: z.int(),
    headline: z.string(),
    cluster: z.object({
      name: z.string(),
      version: z.string(),
      asOf: z.string(),
      platform: z
        .string()
        .nullable()
        .describe("What made it: eks, kubeadm, k3s and so on; null: nothing tells"),
    }),
    nodes: z.array(
      z.object({
        node: z.string(),
        drain: z.enum(["FINISHES", "HANGS", "HURTS", "REFUSES", "STOPS"]),
        clientMillis: z.int().nullable().describe("null: never, or not before virtual time ends (`isCut`)"),
        isCut: z.boolean(),
        pods: z.int().describe("Pods that a drain evicts"),
        ready: z.boolean(),
        cordoned: z.boolean(),
        requested: share,
        used: share.nullable().describe("null: no NodeMetrics were given"),
        servicesDown: z.int(),
        podsPending: z.int(),
        owner: z
          .object({
            kind: z.string(),
            name: z.string(),
            pool: z.string(),
          })
          .nullable()
          .describe("Who made the node and may take it away; null: nothing on it tells"),
        isAutoscaled: z.boolean().describe("A cluster autoscaler runs in the cluster"),
        leftAloneBy: z.string().nullable().describe("The annotation by which its owner leaves it alone"),
        spareCapacity: z.enum(["spot", "preemptible"]).nullable(),
      }),
    ),
    budgets: z.array(
      z.object({
        budget: z.string(),
        expected: z.int(),
        healthy: z.int(),
        desired: z.int(),
        allowed: z.int(),
      }),
    ),
    findings: z.array(findingSchema).describe("`data.nodes`: the nodes in whose drain an error shows"),
    unknown: z.array(z.string()),
    notGiven: z
      .array(z.string())
      .describe(
        "Kinds that the input does not settle and that may change what is said: not clean until this is empty",
      ),
  })
  .describe("What Seatrial found when it looked at a cluster");

export type CheckJson = z.infer<typeof checkSchema>;

function ownerOf(name: string, { cluster }: CheckInput) {
  const node = cluster.objects.Node.find((each) => each.name === name)!;
  const { owner, isAutoscaled, leftAloneBy, spare } = nodeOwner(node, cluster);
  return {
    owner: owner ? { kind: owner.kind, name: owner.name, pool: owner.pool } : null,
    isAutoscaled,
    leftAloneBy: leftAloneBy ?? null,
    spareCapacity: spare?.title ?? null,
  };
}

/** The check as one object, ready for JSON.stringify. */
export function checkJson(input: CheckInput, exitCode: number): CheckJson {
  const { cluster, budgets, findings, unknown } = input;
  return {
    schema: "seatrial/check/v1",
    exitCode,
    headline: checkHeadline(input),
    cluster: {
      name: cluster.name,
      version: cluster.version,
      asOf: new Date(cluster.asOf).toISOString(),
      platform: platformOf(cluster)?.name ?? null,
    },
    nodes: nodeRows(input).map(({ word, clientMillis, used, down, pending, ...row }) => ({
      ...row,
      drain: word,
      clientMillis: clientMillis ?? null,
      used: used ?? null,
      servicesDown: down,
      podsPending: pending,
      ...ownerOf(row.node, input),
    })),
    budgets: cluster.objects.PodDisruptionBudget.map((budget) => {
      const none = { expected: 0, healthy: 0, desired: 0, allowed: 0 };
      return { budget: keyOf(budget), ...(budgets[keyOf(budget)] ?? none) };
    }),
    findings: findings.map(jsonFinding),
    unknown: [...unknown],
    notGiven: [...kindsNotGiven(cluster)],
  };
}
