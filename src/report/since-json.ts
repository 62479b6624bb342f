import { z } from "zod";
import { findingSchema, jsonFinding } from "./json.ts";
import type { SinceInput } from "./since-screen.ts";

/** The look afterwards for programs; published as schemas/since.schema.json. */

const snapshot = z.object({ name: z.string(), version: z.string(), asOf: z.string() });

export const sinceSchema = z
  .object({
    schema: z.literal("seatrial/since/v1"),
    exitCode: z.int(),
    before: snapshot,
    after: snapshot,
    findings: z.array(findingSchema),
    notCompared: z.array(z.string()).describe("Kinds that only the earlier input gives"),
  })
  .describe("What Seatrial found when it compared a cluster with what it was");

/** The comparison as one object, ready for JSON.stringify. */
export function sinceJson({
  before,
  after,
  findings,
  oneSided,
  exitCode,
}: SinceInput): z.infer<typeof sinceSchema> {
  const about = ({ name, version, asOf }: SinceInput["before"]) => ({
    name,
    version,
    asOf: new Date(asOf).toISOString(),
  });
  return {
    schema: "seatrial/since/v1",
    exitCode,
    before: about(before),
    after: about(after),
    findings: findings.map(jsonFinding),
    notCompared: [...oneSided],
  };
}
