import { describe, expect, test } from "vitest";
import { checkSchema } from "../../src/report/check-json.ts";
import { deployment, node, nodes, service, type ApiObject } from "../support/objects.ts";
import { folderWith, seatrial } from "../support/command-line.ts";

/** A folder with a file of these objects. */
function folderOf(...objects: readonly (ApiObject | readonly ApiObject[])[]): string {
  const list = { apiVersion: "v1", kind: "List", items: objects.flat() };
  return folderWith({ "cluster.json": JSON.stringify(list) });
}

const given = [
  "--from",
  "cluster.json",
  "--assume-none",
  "PodDisruptionBudget,PersistentVolume,WebhookConfiguration",
];
const check = (folder: string, ...more: readonly string[]) => seatrial(folder, ["check", ...given, ...more]);

/** shop/web goes down with node-1, shop/big has no place but node-2 and no Service, node-3 is empty. */
const folderOfThree = () =>
  folderOf(
    node("node-1"),
    node("node-2"),
    node("node-3", { cpu: "1" }),
    deployment("shop/web", ["node-1"]),
    service("shop/web"),
    deployment("shop/big", ["node-2"], { cpu: "3950m" }),
  );

describe("check", () => {
  const folder = folderOfThree;

  test("an outage in the drain of a node counts as it does for drain", () => {
    const where = folder();
    const { exitCode, stdout } = check(where);
    expect(exitCode).toBe(1);
    expect(seatrial(where, ["drain", "node-1", ...given]).exitCode).toBe(1);
    expect(stdout).toMatch(/error {5}service-outage: shop\/web: [^;]*; drain of node-1/s);
    const waived = ["--accept", "service-outage", "--accept", "pods-left-pending"];
    expect(check(where, ...waived).exitCode).toBe(0);
  });

  test("a node that only leaves pods Pending has no outage, and one that is lived with still has", () => {
    const line = (...more: readonly string[]) =>
      /CHECK +([^]*?)\.\n/.exec(check(folder(), ...more).stdout)?.[1];
    expect(line()?.replace(/\s+/g, " ")).toBe(
      "2 of 3 nodes can be drained now without an outage, 1 of them leaves pods Pending, 1 with an outage",
    );
    expect(line("--accept", "service-outage")).toBe(line());
    expect(check(folder(), "--accept", "service-outage").stdout).toMatch(/node-1 +finishes .* 1 down/);
  });

  test("a drain that virtual time cuts off is not within the horizon, which is not never", () => {
    const slow = { spec: { terminationGracePeriodSeconds: 172_800 } };
    const where = folderOf(nodes("node-1", "node-2"), deployment("shop/train", ["node-1"], slow));
    const { stdout } = check(where, "--assume-none", "Service");
    expect(stdout).toContain("1 of 2 nodes can be drained now without an outage, 1 not within 24h.");
    expect(stdout).toMatch(/node-1 +stops +> 24h/);
  });

  test("a selector that matches no node has to be put right, as for drain", () => {
    for (const command of ["check", "drain"]) {
      const { exitCode, stderr } = seatrial(folder(), [command, ...given, "-l", "foo=bar"]);
      expect([exitCode, stderr]).toEqual([
        2,
        "seatrial: --selector 'foo=bar': no node of cluster.json matches\n",
      ]);
    }
  });

  test("its JSON names the nodes of an error, and fits its schema", () => {
    const json: unknown = JSON.parse(check(folder(), "-o", "json").stdout);
    const parsed = checkSchema.parse(json);
    expect(parsed.findings.find(({ rule }) => rule === "service-outage")?.data["nodes"]).toEqual(["node-1"]);
    expect(parsed.nodes.find((each) => each.node === "node-2")).toMatchObject({
      podsPending: 1,
      servicesDown: 0,
    });
  });

  test("what does not fit into the table goes on in its column", () => {
    const name = "k3d-mycluster-server-0";
    const cordoned = { ...node(name), spec: { unschedulable: true } };
    const { stdout } = check(folderOf(cordoned, deployment("shop/web", [name]), service("shop/web")));
    expect(stdout).toMatch(/ {2}cordoned,\n {12}1 down, 1 Pending\n/);
  });

  test("a long name of a budget does not leave the screen", () => {
    const name = `${"very-".repeat(10)}long`;
    const budget = {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { namespace: `${"some-".repeat(8)}space`, name },
      spec: { maxUnavailable: "30%", selector: {} },
    };
    const { stdout } = check(folderOf(nodes("node-1"), deployment("shop/web", ["node-1"]), budget));
    expect(Math.max(...stdout.split("\n").map((each) => each.length))).toBeLessThanOrEqual(80);
  });
});

describe("what is not given", () => {
  test("nodes alone: there is nothing to rehearse, for any command", () => {
    const folder = folderOf(nodes("node-1", "node-2"));
    const plan = seatrial(folder, ["drain", "node-1", ...given, "--assume-none", "Pod", "--print-plan"]);
    for (const words of [["check"], ["drain", "node-1"], ["rehearse", "-"]]) {
      const { exitCode, stderr } = seatrial(folder, [...words, ...given], plan.stdout);
      expect(exitCode).toBe(2);
      expect(stderr).toContain("2 nodes and no Pod, so there is nothing to rehearse");
      expect(
        seatrial(folder, [...words, ...given, "--assume-none", "Pod,Service"], plan.stdout).exitCode,
      ).toBe(0);
    }
  });

  test("without Services nothing is said to be without an outage, and the next command gives them", () => {
    const folder = folderOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1"]));
    for (const words of [["check"], ["drain", "node-1"]]) {
      const { exitCode, stdout } = seatrial(folder, [...words, ...given]);
      expect(exitCode).toBe(0);
      expect(stdout).not.toMatch(/(without an|no) outage/i);
      expect(stdout).toMatch(/outages\s+unknown: no\s+Services\s+given/i);
      expect(stdout).toContain("kubectl get services -A -o json > more.json");
      expect(stdout).not.toContain("kubectl drain");
      expect(seatrial(folder, [...words, ...given, "--fail-on", "warning"]).exitCode).toBe(1);
    }
  });
});
