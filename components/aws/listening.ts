import type { AwsSettings } from "./settings";

/** The port that users reach: 443 with a certificate, 80 without one, unless config names another. */
export function listenPort({ port, certificate }: AwsSettings["balancer"]): number {
  return port ?? (certificate === undefined ? 80 : 443);
}

/** How users speak to the listener of these settings. */
export function urlScheme({ certificate }: AwsSettings["balancer"]): string {
  return certificate === undefined ? "http" : "https";
}

/** How the listener of these settings is spoken to. */
export function listenProtocol({ type, certificate }: AwsSettings["balancer"]): string {
  if (type === "network") return certificate === undefined ? "TCP" : "TLS";
  return certificate === undefined ? "HTTP" : "HTTPS";
}

/** The certificate of a listener that has one. */
export function encryption({ certificate }: AwsSettings["balancer"]) {
  return certificate === undefined
    ? {}
    : { certificateArn: certificate, sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" };
}
