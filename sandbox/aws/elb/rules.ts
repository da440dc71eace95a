import type { Action, Listener, Rule, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RuleState } from "../balancer";

/** A listener's rules as the data plane takes them, the default last. */
export function ruleStates(listener: Listener, rules: Rule[]): RuleState[] {
  const own = rules
    .filter(({ IsDefault }) => !IsDefault)
    .map((rule) => ({
      priority: Number(rule.Priority),
      conditions: (rule.Conditions ?? []).map(conditionOf),
      ...effectOf(rule.Actions ?? []),
    }));
  // The listener's own actions, not those of its default rule, are what ModifyListener changes.
  return [...own, { priority: "default", conditions: [], ...effectOf(listener.DefaultActions ?? []) }];
}

/** The target groups that a rule gives a weight, 0 too: such a group is in use. */
export function groupsOf(rules: RuleState[]): string[] {
  return rules.flatMap(({ forward }) => (forward ?? []).map(({ arn }) => arn));
}

function effectOf(actions: Action[]): Pick<RuleState, "forward" | "fixed"> {
  // Authentication may come first; what answers is the last one.
  const { Type, ForwardConfig, TargetGroupArn, FixedResponseConfig } = actions.at(-1) ?? {};
  if (Type === "forward") {
    const groups = ForwardConfig?.TargetGroups ?? (TargetGroupArn ? [{ TargetGroupArn, Weight: 1 }] : []);
    return {
      forward: groups.map((group) => ({ arn: group.TargetGroupArn ?? "", weight: group.Weight ?? 1 })),
    };
  }
  if (Type === "fixed-response") {
    const { StatusCode, ContentType, MessageBody } = FixedResponseConfig ?? {};
    return {
      fixed: {
        status: Number(StatusCode ?? 200),
        contentType: ContentType ?? "text/plain",
        body: MessageBody ?? "",
      },
    };
  }
  const body = `the emulator's balancer has no action ${Type ?? "at all"}`;
  return { fixed: { status: 501, contentType: "text/plain", body } };
}

function conditionOf(condition: RuleCondition): RuleState["conditions"][number] {
  const { Field = "", Values, HttpHeaderConfig, QueryStringConfig } = condition;
  if (HttpHeaderConfig) {
    return {
      field: Field,
      values: HttpHeaderConfig.Values ?? [],
      headerName: HttpHeaderConfig.HttpHeaderName,
    };
  }
  if (QueryStringConfig) {
    const values = QueryStringConfig.Values ?? [];
    return { field: Field, values: values.map(({ Key, Value }) => `${Key ?? ""}=${Value ?? ""}`) };
  }
  const { PathPatternConfig, HostHeaderConfig, SourceIpConfig, HttpRequestMethodConfig } = condition;
  const config = PathPatternConfig ?? HostHeaderConfig ?? SourceIpConfig ?? HttpRequestMethodConfig;
  return { field: Field, values: config?.Values ?? Values ?? [] };
}
