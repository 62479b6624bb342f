import type { AskPerson } from "../adapter/attend.ts";
import type { AttendedAction } from "../adapter/run.ts";
import { plain } from "../report/escape.ts";
import { canAsk } from "./confirm.ts";
import type { RunScreen } from "./run-screen.ts";

/** Says what there is to do, and waits until a person has done it; nobody is asked where nobody sits there. */
export function askPerson(isUnattended: boolean, ask: RunScreen["ask"]): AskPerson {
  return async ({ action, isDoubtful, signal }) => {
    const what = plain(inWords(action));
    const doubt = "it was begun before, and nobody knows what came of it";
    if (isUnattended || !canAsk())
      return {
        refusal: isDoubtful
          ? `${what}: ${doubt}. Go on where a person can say.`
          : `${what}: nobody is there to do it`,
      };
    const question = isDoubtful
      ? `         ${what}: ${doubt}. Type done if it is, again to begin anew: `
      : `         ${what}: type done once it is: `;
    const answer = await ask(question, signal);
    if (answer === "done") return "done";
    return answer === "again" && isDoubtful ? "again" : { refusal: `${what}: not done` };
  };
}

function inWords(action: AttendedAction): string {
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
    case "sleep":
      return action.label;
    case "hook":
      return `the hook on ${action.node}`;
    default:
      return action.kind;
  }
}
