import { z } from "zod";
import { expected, list, strict } from "../../plan/schema/fields.ts";
import { apiVersion, planAssumptions, planSpec } from "../../plan/schema/plan-file.ts";
import { nameText } from "../../plan/schema/values.ts";
import { cluster } from "./cluster.ts";
import { expectation } from "./expect.ts";

/** The whole scenario file. What is not listed here is refused; what the language keeps for later is named as such. */

export const scenarioKind = "Scenario";

const spec = strict(
  "spec",
  {
    title: nameText.exactOptional().describe("One line for a list of scenarios"),
    story: z.string(expected("text")).exactOptional().describe("What happens and why"),
    cluster: cluster.describe("The cluster"),
    plan: planSpec.describe("The plan: what stands in spec of a plan file"),
    assumptions: planAssumptions
      .exactOptional()
      .describe("What the cluster cannot tell: how long things take; the plan's own come first"),
    expect: list(expectation, "expectations", 0)
      .exactOptional()
      .describe("What has to come of it, and no other error"),
  },
  {
    later: ["faults", "run", "allowed", "goals", "par", "hints", "debrief"],
    instead: {
      steps: "write plan: {steps: […]}",
      nodes: "write cluster: {generate: {nodes: […]}}",
      workloads: "write cluster: {generate: {workloads: […]}}",
      assertions: "write plan: {assertions: […]}",
    },
  },
);

/** A scenario file, from its first field to its last. */
export const scenarioFile = strict("a scenario", {
  apiVersion: z.literal(apiVersion, expected(apiVersion)).describe("The version of the language"),
  kind: z.literal(scenarioKind, expected(scenarioKind)).describe("What this file is"),
  metadata: strict("metadata", { name: nameText.describe("What to call the scenario") }),
  spec,
});

export type ScenarioFile = z.output<typeof scenarioFile>;
