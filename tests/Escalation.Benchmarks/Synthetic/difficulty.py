"""AUC of two plain methods on a generated history: a keyword list, and TF-IDF with logistic regression.

Usage: difficulty.py FOLDER   (as written by `escalation data generate`; needs scikit-learn)
Prints a JSON object per target (needed, frustrated): {target, n, positives, keywords, tfidf, ...}.
Fitted on the train part, measured on the test part; the two share no wording and no customer.
"""
import json
import re
import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

# Typical escalation words as a support lead would list them, written without a look at the generator's wordings.
KEYWORDS = """
urgent, urgently, asap, immediately, emergency, critical, escalate, escalation, manager, supervisor, complaint, lawyer, attorney, solicitor,
legal, sue, lawsuit, court, ombudsman, regulator, unacceptable, ridiculous, outrageous, disgusted, furious, angry, frustrated, fed up, sick of,
worst, terrible, horrible, awful, useless, scam, fraud, stolen, hacked, breach, security, data loss, outage, down, not working, broken,
cancel, refund, compensation, unbelievable, disappointed, again, still waiting, no response, nobody, never, last chance, competitor,
production, losing money, deadline, safety, fire, smoke, injured
""".replace("\n", " ").split(",")
PATTERN = re.compile(r"\b(" + "|".join(re.escape(word.strip()) for word in KEYWORDS) + r")\b", re.IGNORECASE)


def scored_text(text):
    """Without quoted mail and signature block, as a help desk would score it."""
    text = text.split("\n-- \n")[0]
    return "\n".join(line for line in text.split("\n") if not line.startswith("> "))


def load(folder):
    texts = {}
    with open(f"{folder}/messages.jsonl", encoding="utf-8") as lines:
        for line in lines:
            message = json.loads(line)
            if message["author"] == "customer":
                texts[message["id"]] = scored_text((message.get("subject") or "") + "\n" + message["text"])
    with open(f"{folder}/truth.jsonl", encoding="utf-8") as lines:
        return [(texts[truth["messageId"]], truth) for truth in map(json.loads, lines)]


def main(folder):
    rows = load(folder)
    parts = {part: [row for row in rows if row[1]["split"] == part] for part in ("train", "test")}
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True)
    train = vectorizer.fit_transform(text for text, _ in parts["train"])
    test = vectorizer.transform(text for text, _ in parts["test"])
    hits = [len({hit.lower() for hit in PATTERN.findall(text)}) for text, _ in parts["test"]]
    for target in ("needed", "frustrated"):
        model = LogisticRegression(C=1.0, max_iter=400).fit(train, [truth[target] for _, truth in parts["train"]])
        truths = [truth[target] for _, truth in parts["test"]]
        print(json.dumps({
            "target": target, "train": len(parts["train"]), "test": len(truths), "positives": sum(truths),
            "keywords": round(roc_auc_score(truths, hits), 4), "tfidf": round(roc_auc_score(truths, model.decision_function(test)), 4),
        }))


if __name__ == "__main__":
    main(sys.argv[1])
