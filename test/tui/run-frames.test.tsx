import { fc, test as prop } from "@fast-check/vitest";
import { renderToString } from "ink";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { afterNews, type RunNews } from "../../src/report/run-view.ts";
import { RunFrame } from "../../src/tui/run/RunFrame.tsx";
import { placesOf, runModelOf } from "../../src/tui/run/run-model.ts";
import { type RunCommand, runKeymap } from "../../src/tui/run/run-keymap.ts";
import { runPageOf } from "../../src/tui/run/run-pages.ts";
import { reduceRun, type RunMessage, runOpening, type RunState } from "../../src/tui/run/run-state.ts";
import type { RunMoment } from "../../src/tui/run/source.ts";
import { createTheme } from "../../src/tui/theme.ts";
import { ended, twoNodes, viewOf } from "../report/run-views.ts";
import { asciiTheme, readable } from "./frame.tsx";
import { escapes } from "./hostile.ts";
import { draining, momentWith } from "./runs.ts";

const small = { columns: 80, rows: 24 };

function frame(moment: RunMoment, state: RunState, size = small, theme = asciiTheme): string[] {
  const model = runModelOf(moment);
  const screen = <RunFrame model={model} state={state} theme={theme} {...size} />;
  return renderToString(screen, { columns: size.columns }).split("\n");
}

const shown = (moment: RunMoment, state = runOpening, size = small) => readable(frame(moment, state, size));

/** The state after some keys. */
function after(moment: RunMoment, ...commands: readonly Exclude<RunCommand, "stop">[]): RunState {
  const model = runModelOf(moment);
  return commands.reduce((state, command) => {
    const lines = state.page ? runPageOf(model, state.page, asciiTheme).lines.length : 0;
    return reduceRun(placesOf(model, state, lines), state, { kind: "command", command, page: 5 });
  }, runOpening);
}

test("a frame at 80x24: predicted and real on one timeline, what is waited for, and what is cordoned", () => {
  expect(`\n${shown(momentWith(draining())).join("\n")}\n`).toBe(`
 RUN  prod-eu  workers                                           2m28s of 3m28s
 LATE  By what is known now it ends after 3m28s, 38 s later.
=> steps ========================================================= 1 of 3 over =
                  predicted     real differs  0 s                     v    3m28s
 + back up etcd        40 s     38 s    -2 s  #######
 v rollout workers    2m00s    1m50s                ###################..
 +   node-1           1m00s    1m40s   +40 s        ###########++++++
 v   node-2           1m00s     10 s                          ......###..
>v     drain           30 s     10 s                          ......+++
       reboot          30 s                                        ......
   gate                10 s                                             ..
-- now ------------------------------------------------------ 1 of 3 pods gone -
 ! shop/web-2 refused 2 times, for 7 s: The disruption budget web needs 2
   healthy pods and has 2 currently
 x shop/web-3 stops, for 1 s
 - service shop/web had 2 of 3 pods Ready at 2:19
   the rest, rehearsed at 2:19: FINISHES, over at 3:28
-- log --------------------------------------------------------------- 4 lines -
   2:18  node-2: drain                                predicted at 1:40
         $ kubectl cordon node-2
         node/node-2 cordoned
         evicting pod shop/web-2
 cordoned by this run, 1: node-2
 ? help  q stop  Enter details  Tab log
`);
});

test("the selected step's page: its times, who it waits for, what it has said", () => {
  const moment = momentWith(draining());
  const rows = shown(moment, after(moment, "open")).join("\n");
  expect(rows).toContain("rollout workers > node-2 > drain");
  expect(rows).toContain("predicted from 1:40 to 2:10: 30 s");
  expect(rows).toContain("real      from 2:18: 10 s until now");
  expect(rows).toMatch(/! shop\/web-2 refused 2 times, for 7 s: The disruption budget web needs 2/);
  expect(rows).toContain("$ kubectl cordon node-2");
});

test("what is over is folded, and its page lists what was in it", () => {
  const moment = momentWith(afterNews(draining(), [ended(170, "plan/1/node-2/0"), ended(170, "plan/1")]));
  expect(shown(moment).join("\n")).not.toContain("node-1");
  const rows = shown(moment, after(moment, "open")).join("\n");
  expect(rows).toMatch(/\+ node-1 +predicted 1m00s +really 1m40s +\+40 s/);
});

test.each([
  ["LATE", viewOf(twoNodes, ...late(80)), /^ LATE {2}By what is known now it ends after 3m30s, 40 s later\./],
  [
    "EARLY",
    viewOf(twoNodes, ...late(20)),
    /^ EARLY {2}By what is known now it ends after 2m30s, 20 s earlier\./,
  ],
  [
    "AS PREDICTED",
    viewOf(twoNodes, ...late(41)),
    /^ AS PREDICTED {2}By what is known now it ends after 2m51s, 1 s later\./,
  ],
] as const)("%s", (_, view, sentence) => {
  expect(shown(momentWith(view))[1]).toMatch(sentence);
});

function late(seconds: number): RunNews[] {
  const step = "plan/0";
  return [
    { kind: "step", now: 0, event: { kind: "step.started", step, what: "back up etcd", node: "" } },
    ended(seconds, step),
  ];
}

test("an API server that is away, a question, and the end come before how late it is", () => {
  const silent = afterNews(draining(), [{ kind: "silent", now: 140_000, message: "connect ECONNREFUSED" }]);
  expect(shown(momentWith(silent, { now: 148_000 }))[1]).toContain(
    "NO ANSWER  from the API server for 8 s: connect ECONNREFUSED",
  );
  const asked = shown(momentWith(silent, { question: "  approve it: type done: " }), {
    ...runOpening,
    typed: "do",
  });
  expect(asked[1]).toContain("ASKS");
  expect(asked.join("\n")).toContain(" ? approve it: type done:\n > do_\n");
  const stopping = afterNews(silent, [{ kind: "stopping", now: 148_000, by: "SIGINT" }]);
  expect(shown(momentWith(stopping))[1]).toContain("STOPPING");
});

test("no key does two things, and the help has a line for each", () => {
  const bindings = runKeymap.flatMap((group) => group.bindings);
  const keys = bindings.flatMap((binding) => binding.keys);
  expect(new Set(keys).size).toBe(keys.length);
  const { lines } = runPageOf(runModelOf(momentWith(draining())), { kind: "help", line: 0 }, asciiTheme);
  for (const { label, help } of bindings)
    expect(lines.some(({ mark, text }) => mark?.trim() === label && text === help)).toBe(true);
});

test("without colours no escape sequence is written, with ASCII nothing else, and with colours the same words", () => {
  const moment = momentWith(draining());
  for (const state of [
    runOpening,
    after(moment, "open"),
    after(moment, "help"),
    after(moment, "nextPane", "zoom"),
  ]) {
    const plain = frame(moment, state);
    expect(plain.join("")).toMatch(/^[\x20-\x7e]*$/);
    const coloured = frame(moment, state, small, createTheme({ level: 3, ascii: true }));
    expect(coloured.join("")).toContain("\u001b[");
    expect(readable(coloured)).toEqual(readable(plain));
  }
});

const evil = (name: string) => `${escapes}${name}`;
const hostile = momentWith(
  afterNews(viewOf([{ step: "plan/0", what: evil("drain"), node: evil("n"), from: 0, to: 5_000 }]), [
    {
      kind: "step",
      now: 0,
      event: { kind: "step.started", step: "plan/0", what: evil("drain"), node: evil("n") },
    },
    {
      kind: "note",
      now: 1,
      step: "plan/0",
      note: { kind: "held", pod: { namespace: evil("a"), name: evil("b") }, mark: evil("m") },
    },
    { kind: "cordon", now: 2, node: evil("n"), closes: true },
    { kind: "silent", now: 3, message: evil("silence") },
  ]),
  {
    title: evil("title"),
    context: evil("context"),
    lines: [{ step: "plan/0", text: evil("line") }],
    lineCount: 1,
    question: evil("?"),
  },
);

const commands = runKeymap
  .flatMap(({ bindings }) => bindings.map(({ command }) => command))
  .filter((command) => command !== "stop");
const message: fc.Arbitrary<RunMessage> = fc.oneof(
  fc.record({
    kind: fc.constant("command" as const),
    command: fc.constantFrom(...commands),
    page: fc.nat(20),
  }),
  fc.record({
    kind: fc.constant("typed" as const),
    key: fc.constantFrom("a", "日", "return", "backspace", "\u001b"),
  }),
);
const size = fc.record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 60 }) });
const moments = [
  momentWith(draining()),
  momentWith(viewOf([])),
  hostile,
  momentWith(draining(), { question: "well? ".repeat(80) }),
];

prop.prop([fc.nat(moments.length - 1), fc.array(message, { maxLength: 20 }), size, fc.boolean()], {
  numRuns: 150,
})(
  "a frame is exactly as large as the screen, whatever it shows and whatever was pressed",
  (which, messages, each, ascii) => {
    const moment = moments[which]!;
    const model = runModelOf(moment);
    const theme = createTheme({ level: 0, ascii });
    let state = runOpening;
    for (const one of messages) {
      const lines = state.page ? runPageOf(model, state.page, theme).lines.length : 0;
      state = reduceRun(placesOf(model, state, lines), state, one);
    }
    const rows = frame(moment, state, each, theme);
    expect(rows).toHaveLength(each.rows);
    for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(each.columns);
    expect(rows.join("")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e\u200b]/);
  },
);
