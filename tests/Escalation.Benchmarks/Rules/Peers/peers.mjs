// json-rules-engine and zen-engine on the rules and facts of the benchmark rule-peers. Usage: node peers.mjs INPUT.json
import { readFileSync } from 'node:fs';
import { Engine } from 'json-rules-engine';
import { ZenEngine } from '@gorules/zen-engine';

const { facts, sets } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const is = (fact, operator, value) => ({ fact, operator, value });
const over = (fact, value) => is(fact, 'greaterThan', value);

// The ten shapes of the benchmark's rules, as each engine's documentation writes such conditions.
const jsonRules = [
  r => ({ all: [is('frustrationAvailable', 'equal', true), over('frustration', r.score)] }),
  r => ({ all: [over('sameIssue7d', r.few), over('ageHours', r.many)] }),
  r => ({ any: [{ all: [over('severity', r.few), over('waitingHours', r.many)] }, over('reopenCount', r.few)] }),
  r => ({ all: [is('channel', 'equal', 'chat'), is('frustrationAvailable', 'equal', true), over('frustration', r.score)] }),
  r => ({ all: [is('channel', 'in', ['email', 'phone']), over('wordCount', r.many)] }),
  r => ({ all: [is('issueTypeKnown', 'equal', true), is('issueType', 'equal', 'billing'), over('wordCount', r.many)] }),
  r => ({ all: [is('text', 'textContains', `again${r.few}`), over('last24h', r.few)] }),
  r => ({ all: [is('lifetimeValueKnown', 'equal', true), over('lifetimeValue', r.many * 100), over('last30d', r.few)] }),
  r => ({ all: [is('tags', 'contains', 'vip'), over('last7d', r.few)] }),
  r => ({ all: [is('tierKnown', 'equal', true), is('tier', 'equal', 'gold'), { any: [over('waitingHours', r.many), over('last7d', r.few)] }] }),
];
const zenRules = [
  r => `frustrationAvailable and frustration > ${r.score}`,
  r => `sameIssue7d > ${r.few} and ageHours > ${r.many}`,
  r => `(severity > ${r.few} and waitingHours > ${r.many}) or reopenCount > ${r.few}`,
  r => `channel == 'chat' and frustrationAvailable and frustration > ${r.score}`,
  r => `channel in ['email', 'phone'] and wordCount > ${r.many}`,
  r => `issueTypeKnown and issueType == 'billing' and wordCount > ${r.many}`,
  r => `contains(text, 'again${r.few}') and last24h > ${r.few}`,
  r => `lifetimeValueKnown and lifetimeValue > ${r.many * 100} and last30d > ${r.few}`,
  r => `contains(tags, 'vip') and last7d > ${r.few}`,
  r => `tierKnown and tier == 'gold' and (waitingHours > ${r.many} or last7d > ${r.few})`,
];

function jsonRulesEngine(rules) {
  const engine = new Engine([], { allowUndefinedFacts: true });
  engine.addOperator('textContains', (text, part) => text.includes(part));
  rules.forEach((r, i) => engine.addRule({ conditions: jsonRules[i % 10](r), event: { type: String(i) } }));
  return async fact => (await engine.run(fact)).events.map(e => Number(e.type)).sort((a, b) => a - b);
}

function zenEngine(rules) {
  const expressions = rules.map((r, i) => ({ id: `e${i}`, key: `r${i}`, value: zenRules[i % 10](r) }));
  const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify({
    nodes: [
      { id: 'in', type: 'inputNode', name: 'in', position: { x: 0, y: 0 } },
      { id: 'rules', type: 'expressionNode', name: 'rules', position: { x: 1, y: 0 }, content: { expressions } },
      { id: 'out', type: 'outputNode', name: 'out', position: { x: 2, y: 0 } },
    ],
    edges: [{ id: 'a', type: 'edge', sourceId: 'in', targetId: 'rules' }, { id: 'b', type: 'edge', sourceId: 'rules', targetId: 'out' }],
  })));
  return async fact => {
    const { result } = await decision.evaluate(fact);
    return rules.map((_, i) => i).filter(i => result[`r${i}`] === true);
  };
}

for (const { rules, hits } of sets) {
  for (const [name, build] of [['json-rules-engine', jsonRulesEngine], ['zen-engine', zenEngine]]) {
    const evaluate = build(rules);
    let differ = 0;
    for (let i = 0; i < facts.length; i++) if (JSON.stringify(await evaluate(facts[i])) !== JSON.stringify(hits[i])) differ++;
    const figures = [];
    for (let round = 0; round < 5; round++) {
      const before = process.cpuUsage();
      for (const fact of facts) await evaluate(fact);
      const { user, system } = process.cpuUsage(before);
      figures.push((user + system) * 1000 / facts.length);
    }
    console.log(JSON.stringify({ name, count: rules.length, nanoseconds: figures.sort((a, b) => a - b)[2], differ }));
  }
}
