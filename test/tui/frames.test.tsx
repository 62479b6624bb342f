import { expect, test } from "vitest";
import { createTheme } from "../../src/tui/theme.ts";
import { after } from "./commands.ts";
import { frame, readable } from "./frame.tsx";
import { storyModel } from "./story.ts";

const model = storyModel();
const small = { columns: 80, rows: 24 };

const rowsOf = (words: string, size = small) => readable(frame(model, after(model, words), size));

test("a frame at 80x24", () => {
  expect(`\n${rowsOf("nextFinding").join("\n")}\n`).toBe(`
 REHEARSAL  prod-eu  v1.33.4  seed 1  drain node-1                        0.1 s
 HANGS  for ever, on 1 of 2 pods: data/queue-1.
-- 1 rack ------------------------------------------------ 2 ready  1 draining -
a  vD draining  node-1 !x=   75%  75%  budget allows 0: queue-1 +1
b  +R ready     node-2 =     25%  25%
c  +R ready     node-3 #=    50%  50%
 pods  # Ready  o starting  x leaving  ! refused  = stays  requested: cpu memory
 every pod has a node
=> 4 findings ============================================ 2 errors  1 warning =
 E drain-never-ends  node-1                                                5.1 s
   2 healthy - 2 needed = 0 allowed
>E service-outage  shop/web                                                0.1 s
   1 to 0 Ready for 40 s
 W single-replica  shop/Deployment/web                                    before
   1 replica

 not known, and it may matter:
 ? whether queue accepts a third member



 0 s #-----E------------------------------------------------............. 5m00s
     |node-1
 paused x1.7  space play  left right step  Tab pane  Enter why  ? help  q quit
`);
});

test("the log: what happened, the present, and what is to come", () => {
  const rows = rowsOf("nextFinding nextFinding", { columns: 120, rows: 30 });
  const log = rows.map((row) => row.slice(0, 67).trimEnd()).slice(8, 21);
  expect(`\n${log.join("\n")}\n`).toBe(`
-- 2 log ------------------------------------------------ 7 of 12 -
      0 s # the rehearsal begins
      0 s # step: drain node-1
      0 s   node-1 is cordoned
      0 s   shop/web-1 is evicted, and has 30 s to stop
      0 s ! data/queue-1 refused: 2 healthy - 2 needed = 0 all.. x2
    0.1 s x service shop/web has no Ready pod, 1 still serves whi..
    0.1 s ! shop/web-2 is Pending: 0/3 nodes are available
    5.1 s now ....................................................
     30 s   shop/web-1 is gone
   30.1 s   shop/web-2 goes to node-2
   40.1 s + shop/web-2 is Ready
   40.1 s + service shop/web has 1 Ready pod
`);
});

test("the log fills its pane, and the selected line is in sight wherever it stands", () => {
  for (const words of ["showAll toEnd", "showAll toEnd first", "showAll toEnd up up up up up up up up"]) {
    const pane = rowsOf(words).slice(9, -3);
    expect(pane.filter((row) => row === "")).toEqual([]);
    expect(pane.filter((row) => row.startsWith(">"))).toHaveLength(1);
  }
});

test("services: the strip is red where there is no Ready pod, and says the numbers of now", () => {
  const rows = rowsOf("nextFinding pane3").slice(8, 12);
  expect(`\n${rows.join("\n")}\n`).toBe(`
=> 3 services =============================== 1 down now, 1 at some time, of 2 =
              v
>x shop/web   xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx------------ 0/1
   data/queue =------------------------------------------------------------- 2/2
`);
});

test("a finding's page: what would help, and the chain down to the step of the plan", () => {
  const rows = rowsOf("nextFinding nextFinding open", { columns: 80, rows: 30 }).slice(2, 24);
  expect(`\n${rows.join("\n")}\n`).toBe(`
=> drain-never-ends ================================================= Esc back =
> error     drain-never-ends node-1
  2 healthy - 2 needed = 0 allowed

  node-1 waits for data/queue-1 to leave
  Helm release "queue" may undo a change of it.

  What would help, 1
    kubectl -n data scale statefulset queue --replicas=3
    It leaves a claim behind.

  Why
      5.1 s data/queue-1 refused: 2 healthy - 2 needed = 0 allowed (2 times,
              first at 0 s)
      5.1 s kubectl asks to evict data/queue-1 (2 times, first at 0 s)
      0.1 s kubectl will ask again for data/queue-1 in 5 s
        0 s node-1 is cordoned
        0 s step: drain node-1
            That is what the plan says: drain node-1.

  1 more event that shows it
        0 s data/queue-1 refused: 2 healthy - 2 needed = 0 allowed
`);
});

test("a pod without a node is in sight, with its name", () => {
  expect(rowsOf("nextFinding nextFinding")[7]).toBe(" ? 1 pod Pending shop/web-2");
});

test("a screen that is too small says the verdict, what it needs, and how to leave", () => {
  expect(rowsOf("", { columns: 50, rows: 10 })).toEqual([
    "HANGS drain node-1",
    "This screen is 50x10; Seatrial needs 60x16. Make",
    "it larger. q quits.",
    ...Array.from({ length: 7 }, () => ""),
  ]);
});

test("while a filter is typed, the footer shows it", () => {
  expect(rowsOf("pane1 'node-2").at(-1)).toBe(" /node-2_  Enter keeps the filter, Esc takes it away");
  expect(rowsOf("pane1 'node-2")[2]).toContain("/node-2  1 of 3");
});

test("selection and focus are told by signs, too", () => {
  const rows = rowsOf("pane1 down");
  expect(rows[2]).toMatch(/^=> 1 rack/);
  expect(rows[4]).toMatch(/^b >/);
});

test("without colours no escape sequence is written, and with them the words are the same", () => {
  const state = after(model, "nextFinding");
  const plain = frame(model, state, small);
  expect(plain.join("")).not.toContain("\u001b");
  for (const level of [1, 2, 3] as const) {
    const coloured = frame(model, state, small, createTheme({ level, ascii: true }));
    expect(coloured.join("")).toContain("\u001b[");
    expect(readable(coloured)).toEqual(readable(plain));
  }
});

test("with ASCII nothing else is written", () => {
  for (const words of ["nextFinding", "help", "open", "verdict", "pane3", "zoom"])
    expect(rowsOf(words).join("")).toMatch(/^[\x20-\x7e]*$/);
});
