import { chmodSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type Asked,
  kubeconfigOf,
  mayNotList,
  serveApi,
  type Served,
  status,
} from "../support/api-server.ts";
import { folderWith, type Ran, seatrialBeside } from "../support/command-line.ts";
import { hasOpenssl, makeAuthority } from "../support/tls.ts";

const node: Served = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n1" },
  status: {
    allocatable: { cpu: "2", memory: "4Gi", pods: "110" },
    conditions: [{ type: "Ready", status: "True" }],
  },
};

/** Each way to a live cluster: to read it, to keep it, to work on it. */
const ways: readonly (readonly string[])[] = [
  ["check", "--assume-none", "Pod"],
  ["snapshot", "--out", "cluster.json"],
  ["execute", "plan.yaml", "--yes"],
];

const plan = `apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: test }
spec: { steps: [{ cordon: { nodes: [n1] } }, { uncordon: { nodes: [n1] } }] }
`;

/** What each way says of this kubeconfig: exit code 2, on standard error, without a stack trace. */
async function complaints(kubeconfig: string | undefined, ...flags: readonly string[]): Promise<string[]> {
  const files = kubeconfig === undefined ? {} : { kubeconfig };
  const folder = folderWith({ ...files, "plan.yaml": plan });
  const KUBECONFIG = join(folder, "kubeconfig");
  const said: string[] = [];
  for (const words of ways) {
    const { exitCode, stdout, stderr } = await seatrialBeside(folder, [...words, ...flags], { KUBECONFIG });
    expect([exitCode, stdout, /^\s+at /m.test(stderr)]).toEqual([2, "", false]);
    said.push(stderr.replaceAll(/\n\s*/g, " "));
  }
  return said;
}

describe("a kubeconfig that leads nowhere", () => {
  test("none", async () => {
    const said = await complaints(undefined);
    for (const each of said) expect(each).toMatch(/there is no kubeconfig: \S+kubeconfig does not exist/);
    expect(said[0]).toContain("Give a file: kubectl get");
  });

  test("an empty one", async () => {
    for (const each of await complaints("")) expect(each).toContain("the kubeconfig has no current context");
  });

  test("one that is no YAML", async () => {
    for (const each of await complaints("a: [")) expect(each).toMatch(/the kubeconfig \S+ cannot be read/);
  });

  test("a context that is not there: those that are", async () => {
    const config = kubeconfigOf("https://127.0.0.1:1", { others: ["prod-eu", "prod-us"] });
    for (const each of await complaints(config, "--context", "prod"))
      expect(each).toContain("the kubeconfig has no context prod it has staging, prod-eu, prod-us");
  });

  test("a server that is no address", async () => {
    for (const each of await complaints(kubeconfigOf("api.example:6443")))
      expect(each).toContain(
        "the cluster c has the server api.example:6443, which is no address such as https://",
      );
  });

  test("a context of a cluster or of a user that is not there", async () => {
    const config = kubeconfigOf("https://127.0.0.1:1");
    const without = (key: string) => JSON.stringify({ ...(JSON.parse(config) as object), [key]: [] });
    for (const each of await complaints(without("clusters")))
      expect(each).toContain("staging is about the cluster c, which the kubeconfig does not have");
    for (const each of await complaints(without("users")))
      expect(each).toContain("staging is of the user tester, whom the kubeconfig does not have");
  });
});

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

describe("a server that does not let us in", () => {
  test("nobody is there", async () => {
    const url = `https://127.0.0.1:${await closedPort()}`;
    for (const each of await complaints(kubeconfigOf(url)))
      expect(each).toMatch(new RegExp(`staging \\(${url}\\) cannot be reached: .*ECONNREFUSED`));
  });

  test("somebody else is there", async () => {
    const { url } = await serveApi({ intercept: () => ({ code: 200, body: "<html>Log in</html>" }) });
    const [check, snapshot, execute] = await complaints(kubeconfigOf(url));
    for (const each of [check, snapshot]) expect(each).toContain("no Kubernetes API server's answer");
    expect(execute).toContain("answers, but not as a Kubernetes API server does");
  });

  test("a token that it does not take", async () => {
    const { url } = await serveApi({ intercept: () => status(401, "Unauthorized", "Unauthorized") });
    for (const each of await complaints(kubeconfigOf(url)))
      expect(each).toContain(
        "does not take the credentials of tester (any more): Unauthorized A token that has",
      );
  });

  test("a credential plugin that fails, or is not there", async () => {
    const user = (command: string, args: readonly string[] = []) => ({
      exec: { apiVersion: "client.authentication.k8s.io/v1", command, args, interactiveMode: "Never" },
    });
    const { url, requests } = await serveApi({ objects: [node] });
    const fails = user("sh", ["-c", "echo not logged in >&2; exit 1"]);
    for (const each of await complaints(kubeconfigOf(url, { user: fails })))
      expect(each).toContain("there are no credentials to show: the plugin sh: not logged in");
    for (const each of await complaints(kubeconfigOf(url, { user: user("no-such-plugin") })))
      expect(each).toContain(
        "there are no credentials to show: the plugin no-such-plugin: it is not installed",
      );
    expect(requests).toEqual([]);
  });
});

describe("a right that is missing", () => {
  test("to list nodes: the verb, the resource, and the rule that grants it", async () => {
    const { url } = await serveApi({
      objects: [node],
      intercept: ({ path }) => (path === "/api/v1/nodes" ? mayNotList("nodes") : undefined),
    });
    const [check, snapshot] = await complaints(kubeconfigOf(url));
    for (const each of [check, snapshot]) {
      expect(each).toContain('cannot list resource "nodes" in API group ""');
      expect(each).toContain('{apiGroups: [""], resources: [nodes], verbs: [list]}');
      expect(each).toContain("All that is needed: seatrial rbac --for snapshot");
    }
  });

  test("to see kube-system, by which a run knows its cluster", async () => {
    const message =
      'namespaces "kube-system" is forbidden: User "tester" cannot get resource "namespaces" in API group "" in the namespace "kube-system"';
    const { url } = await serveApi({
      objects: [node],
      intercept: ({ path }) =>
        path === "/api/v1/namespaces/kube-system" ? status(403, "Forbidden", message) : undefined,
    });
    const folder = folderWith({ kubeconfig: kubeconfigOf(url), "plan.yaml": plan });
    const env = { KUBECONFIG: join(folder, "kubeconfig") };
    const { exitCode, stderr } = await seatrialBeside(folder, ["execute", "plan.yaml", "--yes"], env);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('{apiGroups: [""], resources: [namespaces], verbs: [get]}');
    expect(stderr).toContain("All that is needed: seatrial rbac PLAN");
  });

  test("to read kubeadm's ConfigMaps, where somebody asks for them", async () => {
    const message =
      'configmaps "kubeadm-config" is forbidden: User "tester" cannot list resource "configmaps" in API group "" in the namespace "kube-system"';
    const { url } = await serveApi({
      objects: [node],
      intercept: ({ path }) => (path.endsWith("/configmaps") ? status(403, "Forbidden", message) : undefined),
    });
    const folder = folderWith({ kubeconfig: kubeconfigOf(url) });
    const env = { KUBECONFIG: join(folder, "kubeconfig") };
    const { exitCode, stderr } = await seatrialBeside(folder, ["snapshot", "--with-config"], env);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("resources: [configmaps], verbs: [list]");
    expect(stderr).toContain("seatrial rbac --for snapshot --with-config");
  });
});

describe.skipIf(!hasOpenssl)("TLS", () => {
  const data = (text: string) => Buffer.from(text).toString("base64");

  /** An API server that wants a certificate of the client's, and either ends the handshake without or answers 401. */
  async function withTls(days: { readonly server: number; readonly client: number }, isStrict: boolean) {
    const authority = makeAuthority();
    const stranger = makeAuthority();
    const client = authority.sign("tester", days.client);
    const { url, requests } = await serveApi({
      objects: [node],
      tls: {
        ...authority.sign("server", days.server),
        ca: authority.cert,
        requestCert: true,
        rejectUnauthorized: isStrict,
      },
      intercept: (asked: Asked) =>
        isStrict || days.client > 0 ? undefined : status(401, "Unauthorized", `Unauthorized ${asked.method}`),
    });
    const user = { "client-certificate-data": data(client.cert), "client-key-data": data(client.key) };
    const cluster = { "certificate-authority-data": data(authority.cert) };
    const other = { "certificate-authority-data": data(stranger.cert) };
    return {
      kubeconfig: kubeconfigOf(url, { user, cluster }),
      distrusting: kubeconfigOf(url, { user, cluster: other }),
      requests,
    };
  }

  const read = (kubeconfig: string): Promise<Ran> => {
    const folder = folderWith({ kubeconfig });
    return seatrialBeside(folder, ["snapshot"], { KUBECONFIG: join(folder, "kubeconfig") });
  };

  test("a client certificate that holds", async () => {
    const { kubeconfig } = await withTls({ server: 30, client: 30 }, true);
    expect(await read(kubeconfig)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("n1") });
  });

  test.each([true, false])("one that has run out, refused by the handshake: %s", async (isStrict) => {
    const { kubeconfig } = await withTls({ server: 30, client: -1 }, isStrict);
    for (const each of await complaints(kubeconfig))
      expect(each).toMatch(/The client certificate of the kubeconfig ran out at 2\S+ \S+ UTC/);
  });

  test("a server's certificate that has run out, and one of another authority", async () => {
    const { kubeconfig } = await withTls({ server: -1, client: 30 }, false);
    for (const each of await complaints(kubeconfig)) expect(each).toContain("certificate has expired");
    const { distrusting } = await withTls({ server: 30, client: 30 }, false);
    for (const each of await complaints(distrusting))
      expect(each).toContain("Is certificate-authority in the kubeconfig this cluster's?");
  });
});

describe("credentials that are taken", () => {
  /** The Authorization header with which pods are asked for. */
  async function shown(
    user: object,
    files: Readonly<Record<string, string>> = {},
  ): Promise<string | undefined> {
    let header: string | undefined;
    const { url } = await serveApi({
      objects: [node],
      intercept: ({ path, headers }) => {
        if (path === "/api/v1/pods") header = headers.authorization;
        return undefined;
      },
    });
    const folder = folderWith({ ...files, kubeconfig: kubeconfigOf(url, { user }) });
    for (const file of Object.keys(files)) chmodSync(join(folder, file), 0o755);
    const words = ["snapshot", "--kubeconfig", "kubeconfig"];
    const { exitCode, stderr } = await seatrialBeside(folder, words);
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    return header;
  }

  test("a token", async () => expect(await shown({ token: "secret" })).toBe("Bearer secret"));

  test("a name and a password", async () =>
    expect(await shown({ username: "me", password: "pw" })).toBe(`Basic ${btoa("me:pw")}`));

  test("those of a plugin that lies beside the kubeconfig, and is run once", async () => {
    const plugin = `#!/bin/sh
[ -e "$MARK" ] && exit 1
touch "$MARK"
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-plugin"}}'
`;
    const env = [{ name: "MARK", value: join(folderWith({}), "mark") }];
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "./plugin", env };
    expect(await shown({ exec }, { plugin })).toBe("Bearer from-plugin");
  });

  test("those of a plugin that asks in its environment for which cluster", async () => {
    const plugin = `#!/bin/sh
server=$(echo "$KUBERNETES_EXEC_INFO" | sed 's/.*"server":"http:\\/\\/\\([^:]*\\):.*/\\1/')
echo '{"kind":"ExecCredential","status":{"token":"for-'"$server"'"}}'
`;
    const apiVersion = "client.authentication.k8s.io/v1";
    const exec = { apiVersion, command: "./plugin", provideClusterInfo: true };
    expect(await shown({ exec }, { plugin })).toBe("Bearer for-127.0.0.1");
  });
});
