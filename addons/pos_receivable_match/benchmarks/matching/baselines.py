"""Simple ways of matching, as they are found in the field, to be held against ours."""

import re
from collections import defaultdict

from matching import Receipt
from matching.names import similarity, words
from matching.text import compact

from .measure import Decision
from .world import Id, World


def exact_reference(world: World) -> dict[Id, Decision]:
    """Book when the text or the structured field contains a number, marks aside; first wins."""
    keys: dict[str, Id] = {}
    for item in world.items:
        for written in (item.number, item.payment_reference):
            if written:
                keys.setdefault(compact(written), item.id)

    def decide(receipt: Receipt) -> list[Id]:
        text = compact(f'{receipt.reference} {receipt.text}')
        spans = {text[i : i + n] for n in set(map(len, keys)) for i in range(len(text) - n + 1)}
        return [keys[span] for span in sorted(spans & keys.keys())]

    return _decisions(world, decide)


def partner_and_amount(world: World) -> dict[Id, Decision]:
    """Find the customer by account or identical name; book the oldest item of that amount."""
    by_name = {compact(name): item.group for item in world.items for name in item.names}
    wanted = defaultdict(list)
    for item in sorted(world.items, key=lambda item: item.due):
        wanted[item.group, item.residual].append(item.id)

    def decide(receipt: Receipt) -> list[Id]:
        groups = set(world.knowledge.accounts.get(receipt.payer_account, ()))
        groups |= {by_name.get(compact(receipt.payer_name))}
        return [item for group in groups for item in wanted.get((group, receipt.amount), ())][:1]

    return _decisions(world, decide)


def digit_tokens(world: World) -> dict[Id, Decision]:
    """Book the item that shares most runs of digits with the text, amounts aside."""
    tokens = defaultdict(set)
    for item in world.items:
        for token in re.findall(r'\d+', f'{item.number} {item.payment_reference}'):
            tokens[token.lstrip('0')].add(item.id)

    def decide(receipt: Receipt) -> list[Id]:
        hits: dict[Id, int] = defaultdict(int)
        for token in set(re.findall(r'\d+', f'{receipt.reference} {receipt.text}')):
            found = tokens.get(token.lstrip('0'), ())
            if len(found) <= 50:
                for item in found:
                    hits[item] += len(token)
        return sorted(hits, key=lambda item: (-hits[item], str(item)))

    return _decisions(world, decide)


def name_rank(world: World) -> dict[Id, Decision]:
    """Book the item of the most similar name, the amount closest to the money received."""
    named = defaultdict(list)
    by_word = defaultdict(set)
    for item in world.items:
        for name in map(words, item.names):
            named[name].append(item)
            for word in name:
                by_word[word].add(name)

    def decide(receipt: Receipt) -> list[Id]:
        given = words(receipt.payer_name) if receipt.payer_name else ()
        alike = {name for word in given for name in by_word.get(word, ())}
        ranked = sorted(alike, key=lambda name: (-similarity(given, name), name))[:3]
        items = [item for name in ranked for item in named[name]]
        items.sort(key=lambda item: (abs(item.residual - receipt.amount), str(item.id)))
        return [item.id for item in items]

    return _decisions(world, decide)


def _decisions(world: World, decide) -> dict[Id, Decision]:
    found = {}
    for case in world.cases:
        ranked = tuple(frozenset((item,)) for item in decide(case.receipt)[:5])
        found[case.receipt.id] = Decision(bool(ranked), ranked)
    return found


BASELINES = {
    'exact reference': exact_reference,
    'partner + amount, oldest first': partner_and_amount,
    'digit tokens': digit_tokens,
    'name rank': name_rank,
}
