// What a client of the seed does with an answer of POST /api/analyze-escalation. Source: "Routing" in CONTRACTS.md.
function route(answer) {
  if (answer.business_impact === 'critical') return 'executive';
  if (answer.issue_type === 'technical' && answer.severity > 8) return 'senior-engineer';
  if (answer.urgency_indicators.includes('outage')) return 'on-call';
  return 'senior-support';
}

function escalates(answer) {
  return answer.confidence_score > 0.7;
}

function recognised(answer) {
  return answer.product_name !== null || (answer.issue_type !== null && answer.issue_type !== 'other');
}

function judge(text) {
  const answer = JSON.parse(text);
  return JSON.stringify({ route: route(answer), escalates: escalates(answer), recognised: recognised(answer) });
}
