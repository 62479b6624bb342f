import { expect, test } from "vitest";
import { logList, selectedSubject } from "../../src/tui/state/lists.ts";
import { reduce } from "../../src/tui/state/reduce.ts";
import { after } from "./commands.ts";
import { hangingModel } from "./sessions.ts";
import { events, eventNumbers, storyModel } from "./story.ts";

const model = storyModel();

test("it opens on the worst finding, or on the rack where there is none", () => {
  expect(after(model, "")).toMatchObject({ focus: "findings", selected: { findings: 0 } });
  const clean = storyModel({ verdict: { ...model.session.verdict, findings: [] } });
  expect(after(clean, "").focus).toBe("rack");
});

test("Tab goes round the panes, numbers go to one", () => {
  const seen = ["", "nextPane", "nextPane nextPane", "nextPane nextPane nextPane"];
  expect(seen.map((words) => after(model, words).focus)).toEqual(["findings", "rack", "log", "services"]);
  expect(after(model, "pane3 previousPane").focus).toBe("log");
  expect(after(model, "pane2").focus).toBe("log");
});

test("n goes through the findings in the order in which they show, those from before last", () => {
  const visits = (words: string) => {
    const { time, selected } = after(model, words);
    return `${model.findings[selected.findings]!.finding.rule} at ${time}`;
  };
  expect(visits("nextFinding")).toBe("service-outage at 50");
  expect(visits("nextFinding nextFinding")).toBe("drain-never-ends at 5080");
  expect(visits("nextFinding nextFinding nextFinding")).toBe("single-replica at 0");
  expect(visits("nextFinding nextFinding nextFinding nextFinding")).toBe("service-outage at 50");
  expect(visits("toEnd previousFinding")).toBe("drain-never-ends at 5080");
  expect(after(model, "nextFinding nextFinding nextFinding").notice).toBe(
    "This is so before anything is done.",
  );
});

test("the log follows the present until another line is selected, and again after Esc", () => {
  const follows = after(model, "pane2 nextFinding pane2");
  const { begun } = logList(model, follows);
  expect(follows.selected.log).toBe(begun - 1);
  const up = after(model, "up", follows);
  expect(up).toMatchObject({ followsLog: false, selected: { log: begun - 2 } });
  expect(after(model, "playPause 2000", up).selected.log).toBe(begun - 2);
  expect(after(model, "stepForward", up)).toMatchObject({ followsLog: true });
  expect(after(model, "back", up)).toMatchObject({ followsLog: true, selected: { log: begun - 1 } });
});

test("t goes to the time of the selected line, also of one that is to come", () => {
  const there = after(model, "pane2 last goThere");
  expect(there.time).toBe(model.axis.end);
  expect(after(model, "pane1 goThere").notice).toBe("What is selected has no time of its own.");
  expect(after(model, "pane3 goThere").time).toBe(50);
});

test("Enter opens a page, and a page leads on; Esc goes back level by level and never quits", () => {
  const page = after(model, "open");
  expect(page.pages).toEqual([{ subject: { kind: "finding", index: 0 }, line: 0 }]);
  const event = { kind: "event", number: eventNumbers.refusedAgain };
  let state = page;
  for (let tries = 0; tries < 40 && state.pages.length === 1; tries++)
    state = after(model, "down open", state);
  expect(state.pages.at(-1)?.subject).toEqual(event);
  expect(after(model, "back", state).pages).toHaveLength(1);
  expect(after(model, "back back back back", state)).toMatchObject({
    pages: [],
    notice: "Nothing to go back from. q quits.",
  });
});

test("a line that leads nowhere says so", () => {
  expect(after(model, "open open").notice).toBe(
    "This line leads nowhere: one with a time, a pod or a node does.",
  );
});

test("help and verdict open and close with their own keys", () => {
  expect(after(model, "help").pages).toHaveLength(1);
  expect(after(model, "help help").pages).toHaveLength(0);
  expect(after(model, "verdict").pages[0]?.subject).toEqual({ kind: "verdict" });
  expect(after(model, "verdict verdict").pages).toHaveLength(0);
});

test("a filter is typed, kept and taken away", () => {
  const typing = after(model, "pane1 'node-2");
  expect(typing).toMatchObject({ isTyping: true, filters: { rack: "node-2" } });
  const typed = (key: string) => reduce(model, typing, { kind: "typed", key });
  expect(typed("backspace").filters.rack).toBe("node-");
  expect(typed("return")).toMatchObject({ isTyping: false, filters: { rack: "node-2" } });
  expect(typed("escape")).toMatchObject({ isTyping: false, filters: { rack: "" } });
  expect(typed("left").filters.rack).toBe("node-2");
  expect(typed("\u001b").filters.rack).toBe("node-2");
  expect(selectedSubject(model, typed("return"))).toEqual({ kind: "node", node: "node-2" });
});

test("with a filter that leaves nothing, there is nothing to open", () => {
  const none = { ...after(model, "pane4 'zebra"), isTyping: false };
  expect(after(model, "open", none).notice).toBe("There is nothing selected to ask about.");
  expect(after(model, "nextFinding", none).notice).toBe("There are no findings.");
  expect(after(model, "down", none).notice).toBe("There is nothing here to select.");
});

test("a shows every event, in their order", () => {
  const all = after(model, "showAll toEnd");
  expect(logList(model, all).entries.map(({ numbers }) => numbers)).toEqual(
    events.map((_, number) => [number]),
  );
});

test("a refusal that repeats is one line of the log, and is counted", () => {
  const { entries } = logList(model, after(model, ""));
  const numbers = entries.map((entry) => entry.numbers);
  expect(numbers).toContainEqual([eventNumbers.refused, eventNumbers.refusedAgain]);
});

test("a real rehearsal leads from its worst finding to the step of the plan", () => {
  const real = hangingModel();
  const state = after(real, "open");
  expect(state.pages[0]?.subject).toEqual({ kind: "finding", index: 0 });
  expect(real.findings[0]?.finding.rule).toBe("drain-never-ends");
});
