"""Peers on given folds: tuned scikit-learn and tuned fastText.

peers.py INPUT OUTPUT: INPUT is CSV fold,group,label,text; OUTPUT is CSV with one line a row and one column a peer and class
("sklearn:CLASS", "fasttext:CLASS"), each row predicted by models that were not trained on its fold; then lines "#..." with settings and CPU
seconds. Settings are chosen for each fold anew on a fifth of its training rows (whole groups), by log-loss; grids and seed below.
"""
import csv
import os
import random
import re
import resource
import subprocess
import sys
import tempfile

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union

SEED = 7
COSTS = (1.0, 3.0, 10.0)
# lr, epochs, word n-grams, shortest and longest character n-gram, dimensions
FASTTEXT = ((0.1, 5, 1, 0, 0, 50), (0.1, 10, 2, 2, 5, 50), (0.5, 5, 2, 0, 0, 50), (0.5, 20, 2, 3, 5, 50))


def cpu():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def vectorizer():
    return make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2))


def log_loss(probabilities, truth):
    return -np.log(np.clip(probabilities[np.arange(len(truth)), truth], 1e-6, 1)).mean()


def sklearn(train, rest, evaluate, texts, labels):
    features = vectorizer()
    inner, held = features.fit_transform(texts[train]), features.transform(texts[evaluate])
    losses = {c: log_loss(LogisticRegression(C=c, max_iter=300).fit(inner, labels[train]).predict_proba(held), labels[evaluate]) for c in COSTS}
    best = min(losses, key=losses.get)
    features = vectorizer()
    everything = np.concatenate([train, evaluate])
    model = LogisticRegression(C=best, max_iter=300).fit(features.fit_transform(texts[everything]), labels[everything])
    return model.predict_proba(features.transform(texts[rest])), f"C={best}"


def line(text):
    return " ".join(re.findall(r"\w+(?:'\w+)?|[^\w\s]", text.lower()))


def fasttext_once(setting, train, rest, texts, labels, classes, folder):
    lr, epochs, words, shortest, longest, dimensions = setting
    names = [os.path.join(folder, n) for n in ("train", "test", "model")]
    with open(names[0], "w", encoding="utf-8") as file:
        file.writelines(f"__label__{labels[i]} {line(texts[i])}\n" for i in train)
    with open(names[1], "w", encoding="utf-8") as file:
        file.writelines(line(texts[i]) + " .\n" for i in rest)
    subprocess.run(
        ["fasttext", "supervised", "-input", names[0], "-output", names[2], "-lr", str(lr), "-epoch", str(epochs), "-wordNgrams", str(words),
         "-minn", str(shortest), "-maxn", str(longest), "-dim", str(dimensions), "-bucket", "500000", "-thread", "1", "-verbose", "0"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    answer = subprocess.run(["fasttext", "predict-prob", names[2] + ".bin", names[1], str(classes)], check=True, capture_output=True, text=True).stdout
    probabilities = np.zeros((len(rest), classes))
    for i, text in enumerate(answer.splitlines()):
        parts = text.split()
        for name, value in zip(parts[::2], parts[1::2]):
            probabilities[i, int(name[9:])] = float(value)
    return probabilities / np.maximum(probabilities.sum(axis=1, keepdims=True), 1e-9)


def fasttext(train, rest, evaluate, texts, labels, classes):
    with tempfile.TemporaryDirectory() as folder:
        losses = {s: log_loss(fasttext_once(s, train, evaluate, texts, labels, classes, folder), labels[evaluate]) for s in FASTTEXT}
        best = min(losses, key=losses.get)
        return fasttext_once(best, np.concatenate([train, evaluate]), rest, texts, labels, classes, folder), f"lr,epochs,words,chars,dim={best}".replace(" ", "")


with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
names = sorted({r["label"] for r in rows})
texts = np.array([r["text"] for r in rows], dtype=object)
labels = np.array([names.index(r["label"]) for r in rows])
folds = np.array([int(r["fold"]) for r in rows])
groups = [r["group"] for r in rows]
answers = {"sklearn": np.zeros((len(rows), len(names))), "fasttext": np.zeros((len(rows), len(names)))}
notes = {"sklearn": [], "fasttext": []}
seconds = {"sklearn": 0.0, "fasttext": 0.0}
for fold in sorted(set(folds)):
    rest = np.flatnonzero(folds == fold)
    inside = np.flatnonzero(folds != fold)
    known = sorted({groups[i] for i in inside})
    random.Random(SEED).shuffle(known)
    held = set(known[:len(known) // 5])
    evaluate = np.array([i for i in inside if groups[i] in held])
    train = np.array([i for i in inside if groups[i] not in held])
    for peer, run in (("sklearn", lambda: sklearn(train, rest, evaluate, texts, labels)), ("fasttext", lambda: fasttext(train, rest, evaluate, texts, labels, len(names)))):
        started = cpu()
        answers[peer][rest], note = run()
        seconds[peer] += cpu() - started
        notes[peer].append(note)
        print(f"fold {fold}: {peer} {note}", file=sys.stderr, flush=True)

with open(sys.argv[2] + ".part", "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file)
    writer.writerow([f"{peer}:{name}" for peer in answers for name in names])
    for i in range(len(rows)):
        writer.writerow([f"{p:.7f}" for peer in answers for p in answers[peer][i]])
    for peer in answers:
        writer.writerow([f"#{peer} {seconds[peer]:.0f} CPU seconds; by fold {' '.join(notes[peer])}"])
os.replace(sys.argv[2] + ".part", sys.argv[2])
