"""Whether facts beside the text help to predict frustration: text alone against text and facts, five folds by customer or dialogue.

usage: facts.py FOLDER    FOLDER holds airline.train.csv and frust_support.train.csv
"""
import csv
import datetime
import math
import os
import sys
from collections import defaultdict

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import GroupKFold

DRAWS = 300
FACT_WEIGHT = 0.5  # beside unit-norm text blocks


def rows(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hours(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() / 3600


def earlier_contacts(data):
    """Messages of the customer before, in a day and in all; hours since the last one; the hour of the day."""
    times = defaultdict(list)
    for row in data:
        if row["created_at"]:
            times[row["customer_id"]].append(hours(row["created_at"]))
    facts = []
    for row in data:
        if not row["created_at"]:
            facts.append([0, 0, 0, 0, 0])
            continue
        at = hours(row["created_at"])
        before = [t for t in times[row["customer_id"]] if t < at]
        day = sum(at - t < 24 for t in before)
        waited = math.log1p(at - max(before)) if before else 0
        facts.append([math.log1p(day), math.log1p(len(before)), waited, bool(before), at % 24 / 24])
    return facts


def measure(name, texts, labels, groups, facts):
    labels = np.array(labels)
    facts = np.array(facts, dtype=float)
    facts = (facts - facts.mean(0)) / (facts.std(0) + 1e-9)
    alone, text, both = (np.zeros(len(labels)) for _ in range(3))
    for train, test in GroupKFold(5).split(texts, labels, groups):
        blocks = [
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=3),
        ]
        learned = hstack([b.fit_transform([texts[i] for i in train]) for b in blocks]).tocsr()
        held = hstack([b.transform([texts[i] for i in test]) for b in blocks]).tocsr()
        with_facts = [hstack([x, csr_matrix(facts[i] * FACT_WEIGHT)]) for x, i in ((learned, train), (held, test))]
        fit = lambda c, x: LogisticRegression(C=c, max_iter=300).fit(x, labels[train])
        alone[test] = fit(1, facts[train]).predict_proba(facts[test])[:, 1]
        text[test] = fit(4, learned).predict_proba(held)[:, 1]
        both[test] = fit(4, with_facts[0]).predict_proba(with_facts[1])[:, 1]
    print(f"{name}: {len(labels)} rows, facts alone AUC {roc_auc_score(labels, alone):.3f}")
    of_group = defaultdict(list)
    for i, group in enumerate(groups):
        of_group[group].append(i)
    clusters = [np.array(g) for g in of_group.values()]
    random = np.random.default_rng(1)
    drawn = [np.concatenate([clusters[j] for j in random.integers(0, len(clusters), len(clusters))]) for _ in range(DRAWS)]
    for measure_name, of in (("AUC", roc_auc_score), ("average precision", average_precision_score)):
        differences = [of(labels[i], both[i]) - of(labels[i], text[i]) for i in drawn]
        low, high = np.percentile(differences, [2.5, 97.5])
        print(f"  {measure_name}: text {of(labels, text):.4f}, with facts {of(labels, both):.4f}, difference {np.mean(differences):+.4f} ({low:+.4f}, {high:+.4f})", flush=True)


if __name__ == "__main__":
    airline = rows(sys.argv[1], "airline.train.csv")
    measure("airline, repeats, wait and hour", [r["text"] for r in airline], [int(r["frustrated"]) for r in airline], [r["customer_id"] for r in airline], earlier_contacts(airline))
    support = rows(sys.argv[1], "frust_support.train.csv")
    measure("frust_support, turn of the dialogue", [r["text"] for r in support], [int(r["frustrated"]) for r in support], [r["dialogue_id"] for r in support],
            [[float(r["turn"]), float(r["turn"]) > 1] for r in support])
