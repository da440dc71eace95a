"use strict";
const { hasCode } = require("../wire/service-error.cjs");
const { conflicts, refreshed, settled, toAws, weightsOf } = require("./actions.cjs");
const { elb, tagList } = require("./tagging.cjs");

const ELB = "elasticloadbalancing";

function conditions(list) {
  return list.map((condition) => {
    const { hostHeader, httpHeader, httpRequestMethod, pathPattern, queryStrings, sourceIp } = condition;
    if (hostHeader) return { Field: "host-header", HostHeaderConfig: { Values: hostHeader.values } };
    if (pathPattern) return { Field: "path-pattern", PathPatternConfig: { Values: pathPattern.values } };
    if (sourceIp) return { Field: "source-ip", SourceIpConfig: { Values: sourceIp.values } };
    if (httpRequestMethod) {
      return { Field: "http-request-method", HttpRequestMethodConfig: { Values: httpRequestMethod.values } };
    }
    if (httpHeader) {
      const { httpHeaderName: HttpHeaderName, values: Values } = httpHeader;
      return { Field: "http-header", HttpHeaderConfig: { HttpHeaderName, Values } };
    }
    if (queryStrings) {
      const Values = queryStrings.map(({ key, value }) => ({ Key: key, Value: value }));
      return { Field: "query-string", QueryStringConfig: { Values } };
    }
    throw new Error(
      "One of host_header, http_header, http_request_method, path_pattern, query_string or source_ip must be set in a condition block",
    );
  });
}

function checked(inputs) {
  const [failure] = conflicts("actions", inputs.actions);
  if (failure) throw new Error(failure.reason);
}

/** One above the highest; where somebody else takes it meanwhile, AWS refuses and it is tried again. */
async function nextPriority(aws, listenerArn) {
  const { Rules } = await aws.call(ELB, "DescribeRules", { ListenerArn: listenerArn });
  const taken = Rules.map((rule) => Number(rule.Priority)).filter(Number.isFinite);
  return Math.max(0, ...taken) + 1;
}

const rule = {
  // A changed priority does not replace the rule any more: it is set by a call of its own.
  replaceOn: ["listenerArn"],
  computed: ["arn", "priority"],
  tags: elb,
  check: (inputs) => conflicts("actions", inputs.actions),
  settled: (inputs) => ({ actions: settled(inputs.actions) }),

  async create(inputs, aws) {
    checked(inputs);
    const Actions = toAws(inputs.actions);
    const attempt = async () => {
      const Priority = inputs.priority ?? (await nextPriority(aws, inputs.listenerArn));
      return aws.call(ELB, "CreateRule", {
        ListenerArn: inputs.listenerArn,
        Priority,
        Actions,
        Conditions: conditions(inputs.conditions),
        Tags: tagList(inputs.tagsAll),
      });
    };
    const { Rules } = await aws.step("creating ELBv2 Listener Rule", () =>
      inputs.priority === undefined
        ? aws.retrying((problem) => hasCode(problem, "PriorityInUse"), attempt)
        : attempt(),
    );
    aws.weights = weightsOf(Actions);
    const [{ RuleArn: arn, Priority }] = Rules;
    return { id: arn, arn, priority: Number(Priority) };
  },

  /** ModifyRule is called only where actions or conditions changed: a changed tag writes no weights. */
  async update({ id }, inputs, aws, changed) {
    checked(inputs);
    if (changed.has("priority") && inputs.priority !== undefined) {
      await aws.step(`updating ELB v2 Listener Rule (${id}): setting priority`, () =>
        aws.call(ELB, "SetRulePriorities", {
          RulePriorities: [{ RuleArn: id, Priority: inputs.priority }],
        }),
      );
    }
    if (!changed.has("actions") && !changed.has("conditions")) return;
    const Actions = changed.has("actions") ? toAws(inputs.actions) : undefined;
    const Conditions = changed.has("conditions") ? conditions(inputs.conditions) : undefined;
    await aws.step("modifying LB Listener Rule", () =>
      aws.call(ELB, "ModifyRule", { RuleArn: id, Actions, Conditions }),
    );
    if (Actions) aws.weights = weightsOf(Actions);
  },

  async delete({ id }, aws) {
    try {
      await aws.call(ELB, "DeleteRule", { RuleArn: id });
    } catch (problem) {
      if (!hasCode(problem, "RuleNotFound")) throw problem;
    }
  },

  async read({ id, actions }, aws) {
    try {
      const { Rules } = await aws.call(ELB, "DescribeRules", { RuleArns: [id] });
      if (!Rules?.[0]) return undefined;
      const priority = Rules[0].Priority === "default" ? 99999 : Number(Rules[0].Priority);
      return { arn: id, priority, actions: refreshed(actions, Rules[0].Actions) };
    } catch (problem) {
      if (hasCode(problem, "RuleNotFound", "ListenerNotFound")) return undefined;
      throw problem;
    }
  },
};

module.exports = { "aws:lb/listenerRule:ListenerRule": rule };
