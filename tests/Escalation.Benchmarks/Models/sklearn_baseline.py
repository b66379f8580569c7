"""TF-IDF + logistic regression of scikit-learn on a train and a test CSV (id,text,label,group).

Writes CSV: id, and for each pipeline its probability; the last row (id "threshold") has the probability of the best F1, found by
5-fold cross-validation over groups on the training rows, as this program finds its own; "seconds" the time to fit once.
"""
import csv
import sys
import time

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve, roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline, make_union


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return rows, [r["text"] for r in rows], np.array([int(r["label"]) for r in rows]), [r["group"] for r in rows]


def words():
    return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)


def characters():
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)


PIPELINES = {
    "sklearn words 1-2": lambda c: make_pipeline(words(), LogisticRegression(C=c, max_iter=500)),
    "sklearn words 1-2 + char_wb 3-5": lambda c: make_pipeline(make_union(words(), characters()), LogisticRegression(C=c, max_iter=500)),
}

train_path, test_path, out_path = sys.argv[1:4]
_, train_texts, train_labels, groups = read(train_path)
test_rows, test_texts, _, _ = read(test_path)
folds = GroupKFold(5)
columns, thresholds, seconds = [], [], []
for name, build in PIPELINES.items():
    best = None
    for c in (1.0, 3.0, 10.0):
        out_of_fold = cross_val_predict(build(c), train_texts, train_labels, groups=groups, cv=folds, method="predict_proba")[:, 1]
        auc = roc_auc_score(train_labels, out_of_fold)
        if best is None or auc > best[0]:
            best = (auc, c, out_of_fold)
    _, c, out_of_fold = best
    precision, recall, cuts = precision_recall_curve(train_labels, out_of_fold)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    thresholds.append(cuts[np.argmax(f1[:-1])])
    started = time.perf_counter()
    columns.append(build(c).fit(train_texts, train_labels).predict_proba(test_texts)[:, 1])
    seconds.append(time.perf_counter() - started)
    print(f"{name}: C = {c} by cross-validation", file=sys.stderr)

with open(out_path, "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file)
    writer.writerow(["id", *PIPELINES])
    for i, row in enumerate(test_rows):
        writer.writerow([row["id"], *(f"{column[i]:.9f}" for column in columns)])
    writer.writerow(["threshold", *(f"{t:.9f}" for t in thresholds)])
    writer.writerow(["seconds", *(f"{s:.3f}" for s in seconds)])
