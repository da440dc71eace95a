import { randomUUID } from "node:crypto";
import { XmlNode, XmlText } from "@aws-sdk/xml-builder";
import type { Call } from "./call";

/** What goes back to the caller. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** An error as AWS answers it; thrown by whatever answers a call. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** The HTTP status. */
    readonly status = 400,
  ) {
    super(message);
  }
}

/** An element of an XML answer. Children that are `undefined` are left out; text is escaped. */
export function element(name: string, ...children: (XmlNode | string | number | undefined)[]): XmlNode {
  const present = children.filter((child) => child !== undefined);
  return new XmlNode(
    name,
    present.map((child) => (child instanceof XmlNode ? child : new XmlText(String(child)))),
  );
}

/** The answer of the query protocol: `<ActionResponse><ActionResult>…`. `result` is XML of its own when it is text. */
export function queryAnswer(call: Call, namespace: string, result: XmlNode[] | string): Answer {
  const inner = typeof result === "string" ? result : result.map((node) => node.toString()).join("");
  const metadata = element("ResponseMetadata", element("RequestId", randomUUID())).toString();
  const { action } = call;
  const body = `<${action}Response xmlns="${namespace}"><${action}Result>${inner}</${action}Result>${metadata}</${action}Response>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}

/** The answer of the JSON protocols. */
export function jsonAnswer(value: unknown): Answer {
  return {
    status: 200,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() },
    body: JSON.stringify(value),
  };
}

/** The error in the protocol of the call. */
export function errorAnswer(call: Call, { code, message, status }: AwsError): Answer {
  const side = status < 500 ? "Sender" : "Receiver";
  if (call.protocol === "json") {
    const headers = {
      "content-type": "application/x-amz-json-1.1",
      "x-amzn-requestid": randomUUID(),
      "x-amzn-errortype": code,
      // CloudWatch's client reads the code of its former protocol from here.
      "x-amzn-query-error": `${code};${side}`,
    };
    return { status, headers, body: JSON.stringify({ __type: code, message }) };
  }
  const told = [element("Code", code), element("Message", message)];
  const node =
    call.service === "ec2"
      ? element("Response", element("Errors", element("Error", ...told)), element("RequestID", randomUUID()))
      : element(
          "ErrorResponse",
          element("Error", element("Type", side), ...told),
          element("RequestId", randomUUID()),
        );
  return { status, headers: { "content-type": "text/xml" }, body: node.toString() };
}
