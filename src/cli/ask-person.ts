import type {
  Approval,
  ApprovalQuestion,
  AskApproval,
  AskDecision,
  AskPerson,
  DecisionQuestion,
  NoAnswer,
  Question,
} from "../adapter/people.ts";
import type { AttendedAction } from "../adapter/run.ts";
import type { Plan } from "../plan/plan.ts";
import { plain } from "../report/escape.ts";
import { shellWord } from "../lib/shell-word.ts";
import { moment } from "../report/words.ts";
import { canAsk } from "./confirm.ts";
import { askForDecision, decideFlag, decisionsIn } from "./decisions.ts";
import type { ExecuteCommand } from "./execute-command.ts";
import type { RunScreen } from "./run-screen.ts";

type Screen = Pick<RunScreen, "ask" | "say">;
type Given = Pick<ExecuteCommand, "yes" | "approve" | "approver" | "ticket" | "done" | "decide">;

/**
 * Asks people on the terminal. Where nobody sits there, what was agreed to and done beforehand counts, each once; what
 * else is needed stops the run.
 */
export function peopleFor(
  { name }: Plan,
  given: Given,
  screen: Screen,
): { readonly askPerson: AskPerson; readonly askApproval: AskApproval; readonly askDecision: AskDecision } {
  const isThere = !given.yes && canAsk();
  const approved = new Set(given.approve);
  const done = new Set(given.done);
  const decided = decisionsIn(given.decide);
  return {
    askPerson: (question) => {
      if (question.isAskedAgain && !question.isDoubtful && done.delete(question.label))
        return Promise.resolve("done");
      return isThere ? askForWork(question, screen) : Promise.resolve(nobodyFor(question));
    },
    askApproval: (question) => {
      if (given.approver !== undefined && approved.delete(question.label)) {
        const ticket = given.ticket === undefined ? {} : { ticket: given.ticket };
        return Promise.resolve({ approver: given.approver, ...ticket });
      }
      return isThere ? askForApproval(question, name, screen) : Promise.resolve(nobodyApproves(question));
    },
    askDecision: async (question) => {
      const { label, signal } = question;
      const word = decided.get(label);
      // What was said of one failure says nothing of the next.
      decided.delete(label);
      if (word) return word;
      if (!isThere) return nobodyDecides(question);
      const answer = await askForDecision(question, (text) => screen.ask(`${indent}${text}`, signal));
      return answer ?? { refusal: `${label}: not decided` };
    },
  };
}

const indent = " ".repeat(9);

async function askForWork(
  { action, label, manual, isDoubtful, deadline, signal }: Question,
  screen: Screen,
): Promise<NoAnswer | "done" | "again"> {
  const what = plain(inWords(action, label));
  const end = untilWords(deadline);
  if (manual !== undefined) sayLines(screen, [`${what}, by hand${end}:`, ...manualLines(manual)]);
  const question = isDoubtful
    ? `${what}: ${doubt}. Type done if it is, again to begin anew: `
    : manual === undefined
      ? `${what}${end}: type done once it is: `
      : "Type done once it is: ";
  const answer = await screen.ask(`${indent}${question}`, signal);
  if (answer === "done") return "done";
  return answer === "again" && isDoubtful ? "again" : { refusal: `${what}: not done` };
}

const doubt = "it was begun before, and nobody knows what came of it";

function nobodyFor({ action, label, manual, isDoubtful }: Question): NoAnswer {
  const what = inWords(action, label);
  if (isDoubtful) return { refusal: `${what}: ${doubt}. Go on where a person can say.` };
  return {
    refusal: [
      `A person has to do this: ${what}${manual === undefined ? "" : ", by hand:"}`,
      ...(manual === undefined ? [] : manualLines(manual)),
      "Nobody is there to be asked. Once it is done, go on and say so.",
    ].join("\n"),
    flags: `--done ${shellWord(label)}`,
  };
}

async function askForApproval(
  question: ApprovalQuestion,
  plan: string,
  screen: Screen,
): Promise<NoAnswer | Approval> {
  const { label, by, needsTicket, until = Infinity, deadline = Infinity, signal } = question;
  const end = Math.min(until, deadline);
  sayLines(screen, [`${label} of ${plan} waits for ${wanted(question, end)}.`]);
  for (;;) {
    const approver = await screen.ask(`${indent}Who approves? (nothing: nobody) `, signal);
    if (approver === undefined || approver === "") return { refusal: `${label}: not approved` };
    if (by && !by.includes(approver)) {
      sayLines(screen, [`${approver} may not approve this: ${by.join(" or ")} may.`]);
      continue;
    }
    const ticket = await screen.ask(`${indent}Ticket${needsTicket ? "" : " (nothing: none)"}: `, signal);
    if (ticket === undefined || (ticket === "" && needsTicket)) return { refusal: `${label}: no ticket` };
    return { approver, ...(ticket === "" ? {} : { ticket }) };
  }
}

function nobodyApproves(question: ApprovalQuestion): NoAnswer {
  const { label, by, needsTicket, until = Infinity } = question;
  const approver = by?.length === 1 ? shellWord(by[0]!) : "NAME";
  return {
    refusal: [
      `${label} waits for ${wanted(question, until)}.`,
      "Nobody is there to be asked. Once it is approved, go on and say by whom.",
    ].join("\n"),
    flags: `--approve ${shellWord(label)} --approver ${approver}${needsTicket ? " --ticket ID" : ""}`,
  };
}

function nobodyDecides({ label, reason }: DecisionQuestion): NoAnswer {
  return {
    refusal: [
      `${label} has failed, and the plan pauses: ${reason}`,
      "Nobody is there to decide. Try it again, leave it (skip), or end the plan (stop).",
    ].join("\n"),
    flags: decideFlag(label),
  };
}

/** `an approval by ann or bob, with a ticket, until 2026-11-21 18:00 UTC`. */
function wanted({ by, needsTicket }: ApprovalQuestion, end: number): string {
  const who = by ? ` by ${by.join(" or ")}` : "";
  return `an approval${who}${needsTicket ? ", with a ticket" : ""}${untilWords(end)}`;
}

function untilWords(end = Infinity): string {
  return end === Infinity ? "" : `, until ${moment(end)}`;
}

function manualLines(manual: string): string[] {
  return manual
    .trim()
    .split("\n")
    .map((line) => `  ${line}`);
}

function sayLines({ say }: Screen, lines: readonly string[]): void {
  for (const line of lines) say(`${indent}${plain(line)}`);
}

function inWords(action: AttendedAction, label: string): string {
  switch (action.kind) {
    case "reboot":
      return `restart the machine of ${action.node}`;
    case "joinNode":
      return `let a node like ${action.like} join${action.ifTaken === "fail" ? ` as ${action.name}` : ""}`;
    case "upgradeControlPlane":
      return `upgrade the control plane on ${action.node} to ${action.to} (seatrial runbook has the commands)`;
    case "upgradeKubelet":
      return `upgrade the kubelet of ${action.node} to ${action.to} (seatrial runbook has the commands)`;
    case "removeEtcdMember":
      return `take the etcd member of ${action.node} out (seatrial runbook has the commands)`;
    case "upgradeManagedControlPlane":
      return `have the provider upgrade the control plane to ${action.to} (seatrial runbook has the commands)`;
    case "renewCertificates":
      return `renew the certificates of ${action.node} (seatrial runbook has the commands)`;
    case "backupEtcd":
      return "back up etcd (seatrial runbook has the commands)";
    case "restoreEtcd":
      return "restore etcd from its backup (seatrial runbook has the commands)";
    case "hook":
      return label;
    default:
      return action.kind;
  }
}
