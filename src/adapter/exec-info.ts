import { readFileSync } from "node:fs";
import type { Cluster, User } from "@kubernetes/client-node";

interface ExecPlugin {
  readonly apiVersion?: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly provideClusterInfo?: boolean;
}

/**
 * The user with what a credential plugin is told in its environment, which the client for Node leaves out and some plugins do
 * not work without. Nobody can be asked: a plugin has no terminal here. Throws what reading the authority's file throws.
 * Source: k8s.io/client-go plugin/pkg/client/auth/exec/exec.go; client.authentication.k8s.io/v1, ExecCredentialSpec.
 */
export function withExecInfo(user: User, cluster: Cluster): User {
  const exec = user.exec as ExecPlugin | undefined;
  if (!exec) return user;
  const { apiVersion, provideClusterInfo, env } = exec;
  const spec = { interactive: false, ...(provideClusterInfo ? { cluster: clusterInfo(cluster) } : {}) };
  const value = JSON.stringify({ kind: "ExecCredential", apiVersion, spec });
  return { ...user, exec: { ...exec, env: [...(env ?? []), { name: "KUBERNETES_EXEC_INFO", value }] } };
}

function clusterInfo({ server, tlsServerName, skipTLSVerify, caData, caFile, proxyUrl }: Cluster): object {
  const authority = caFile ? readFileSync(caFile).toString("base64") : caData;
  return {
    server,
    ...(tlsServerName ? { "tls-server-name": tlsServerName } : {}),
    ...(skipTLSVerify ? { "insecure-skip-tls-verify": true } : {}),
    ...(authority ? { "certificate-authority-data": authority } : {}),
    ...(proxyUrl ? { "proxy-url": proxyUrl } : {}),
    config: null,
  };
}
