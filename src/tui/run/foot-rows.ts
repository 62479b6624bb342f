import { RowBuilder } from "../row-builder.ts";
import { clip, columnsOf } from "../text.ts";
import type { Theme } from "../theme.ts";
import { type RunCommand, runKeymap } from "./run-keymap.ts";
import type { RunModel } from "./run-model.ts";
import type { RunState } from "./run-state.ts";

/** What is closed if it ended here; below it the keys that matter, or what the last key came to. */
export function footRows({ moment }: RunModel, state: RunState, theme: Theme, width: number): string[] {
  const nodes = [...moment.view.closed].map(([node, how]) => (how === "asked" ? `${node} (asked)` : node));
  const closed = new RowBuilder(theme, width).add("text", " ");
  if (nodes.length === 0) closed.add("muted", "no node is cordoned by this run");
  else {
    const label = `cordoned by this run, ${nodes.length}: `;
    closed.add("warning", label).add("text", clip(theme.safe(nodes.join(" ")), closed.room - 1));
  }
  const row = new RowBuilder(theme, width).add("text", " ");
  if (state.notice !== "") row.add("warning", state.notice);
  else if (moment.question !== undefined)
    row.add("muted", "Enter answers, Esc takes it back, ctrl-C stops the run");
  else addHints(row, state);
  return [closed.build(), row.build()];
}

/** In the order in which they are given up where the room is short: the last ones first. */
const importance: readonly RunCommand[] = ["help", "stop", "open", "back", "nextPane"];

function addHints(row: RowBuilder, { page, focus }: RunState): void {
  const all = runKeymap.flatMap(({ bindings }) => bindings);
  const isUseful = (command: RunCommand) =>
    page ? command !== "open" && command !== "nextPane" : command !== "back";
  for (const command of importance) {
    const binding = all.find((each) => each.command === command);
    if (!binding || !isUseful(command)) continue;
    const hint = command === "nextPane" && focus === "log" ? "steps" : (binding.hint ?? "");
    if (columnsOf(`${binding.label} ${hint}`) + 2 > row.room) continue;
    row.add("accent", binding.label).add("muted", ` ${hint}  `);
  }
}
