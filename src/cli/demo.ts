import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Line } from "../report/layout.ts";
import { present } from "./present.ts";
import type { OutputOptions, RunOptions, ScreenOptions } from "./options.ts";
import { runScenario } from "./scenario.ts";
import { isInteractive } from "./output.ts";

/** The bundle stands in dist/, beside scenarios/. */
const demoFile = fileURLToPath(new URL("../scenarios/demo.yaml", import.meta.url));

/** `seatrial demo`: a maintenance that is bundled, on the terminal interface where there is a terminal. */
export async function demo(
  command: RunOptions & OutputOptions & ScreenOptions & { readonly seed: number },
): Promise<number> {
  const { scenario, ...rehearsed } = runScenario(
    readFileSync(demoFile, "utf8"),
    "scenarios/demo.yaml",
    command,
  );
  const lead = scenario.story === "" ? [] : [{ label: "Story", lines: [{ text: oneLine(scenario.story) }] }];
  return present(
    {
      ...rehearsed,
      subject: { command: "plan", hasTimeout: false, drainer: scenario.plan.drainer },
      title: scenario.title,
      lead,
      next,
    },
    { ...command, tui: command.tui || (command.output === "text" && isInteractive()) },
  );
}

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();

/** What to type for one's own cluster. */
const next: readonly Line[] = [
  { text: "Your own cluster, which is only read, or a file of it:" },
  { text: "seatrial check", isCommand: true, hang: 2 },
  { text: "seatrial drain NODE", isCommand: true, hang: 2 },
  {
    text: "kubectl get nodes,pods,pdb,svc,deploy,rs,sts,ds,jobs,pv,pvc,sc -A -o json > cluster.json",
    isCommand: true,
    hang: 2,
  },
  { text: "seatrial drain NODE --from cluster.json", isCommand: true, hang: 2 },
];
