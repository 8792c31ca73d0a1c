"""Any doubt moves a certificate down, is counted, and what is delivered is right all the same."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from weasyprint import CSS, HTML

from issuer.certificate.fetcher import Assets
from issuer.certificate.fonts import PRESS, configuration
from issuer.certificate.press import batch, drawing, shadow
from issuer.certificate.press import engine as engines
from issuer.certificate.press.batch import print_batch
from issuer.certificate.press.engine import Engine
from issuer.certificate.press.journal import Journal
from issuer.certificate.press.order import LATIN, Family, Order, Skeleton
from issuer.certificate.press.printed import Tier, join
from issuer.certificate.press.sheets import order
from issuer.certificate.press.slow import is_pinned
from issuer.certificate.press.token import Fields

FIELDS = Fields(("name",))
SHEET = "<!doctype html><html lang=en><title>{0}</title><body><h2>For</h2><p>{0}</p><p>Well done.</p>"


@pytest.fixture(scope="module")
def small():
    """A family of one small sheet."""
    with PRESS:
        css = "@page{size:90mm;margin:9mm} h2{bookmark-level:none} p{font:20pt/1.2 Inter;margin:0;position:relative}"
        style = CSS(string=css, font_config=configuration(), url_fetcher=Assets({}))
    return Family("small", (style,), configuration(), Assets, {}, letters={"name": LATIN})


def laid_out(family, name):
    html = HTML(string=SHEET.format(name), base_url="asset:", url_fetcher=Assets({}))
    return html.render(font_config=family.font_config, stylesheets=list(family.stylesheets))


def ordered(family, name, **over):
    """Return an order for one sheet with `name` on it."""
    return replace(
        Order(
            family=family,
            key="sheet",
            skeleton=lambda: Skeleton(SHEET.format(FIELDS.token("name")), FIELDS, {}),
            values={"name": name},
            identifier=name.encode(),
            whole=lambda shared: laid_out(family, name).write_pdf() + (b"" if shared else b"%plain"),
            reference=lambda: laid_out(family, name),
        ),
        **over,
    )


@pytest.fixture
def engine():
    return Engine(Journal())


def test_the_first_line_is_laid_out_and_the_next_is_hot(engine, small):
    tiers = [engine.print(ordered(small, name)).tier for name in ("Ada", "Grace Hopper", "Zoë Łukasiewicz")]

    assert tiers == [Tier.ISLAND, Tier.HOT, Tier.HOT]
    assert engine.journal.tiers == {Tier.ISLAND: 1, Tier.HOT: 2}
    assert engine.journal.reasons == {}


def test_on_another_weasyprint_everything_goes_the_slow_way_and_the_log_says_so(small, monkeypatch, caplog):
    monkeypatch.setattr("weasyprint.VERSION", "71.0")

    with caplog.at_level(logging.WARNING, logger="attestato.press"):
        engine = batch.engine.__wrapped__()
        tiers = [each.print(ordered(small, "Ada")).tier for each in (engine, Engine(Journal()))]

    assert tiers == [Tier.SHARED, Tier.SHARED]
    assert not isinstance(engine, Engine)
    assert "WeasyPrint is not 70.0" in caplog.text


def test_this_is_the_weasyprint_that_the_fast_tiers_are_pinned_to():
    assert is_pinned()


def test_an_exception_in_a_fast_tier_is_counted_and_the_slow_way_delivers(engine, small, monkeypatch):
    monkeypatch.setattr(drawing, "links_in", lambda *_: 1 / 0)

    made = engine.print(ordered(small, "Ada"))

    assert (made.tier, made.plate.prefix) == (Tier.SHARED, b"")
    assert engine.journal.reasons == {"ZeroDivisionError": 1}


def test_where_the_shared_way_fails_the_plain_way_delivers(engine, small):
    def whole(shared):
        if shared:
            raise MemoryError
        return b"plain"

    made = engine.print(ordered(small, "a\tb", whole=whole))

    assert (made.tier, made.tail) == (Tier.PLAIN, b"plain")
    assert engine.journal.reasons == {"white space or control character": 1, "shared: MemoryError": 1}


@pytest.fixture
def broken(monkeypatch):
    """From now on, what is drawn in holes is wrong."""

    def breaks():
        drawn = drawing.Drawing.drawn

        def wrong(*arguments):
            data, links, hot = drawn(*arguments)
            return data.replace(b"Tm", b"0 Td Tm"), links, hot

        monkeypatch.setattr(drawing.Drawing, "drawn", wrong)

    return breaks


def test_a_design_that_comes_out_wrong_is_never_printed_fast(engine, small, broken, caplog):
    broken()

    made = [engine.print(ordered(small, name)) for name in ("Ada", "Grace")]

    assert [one.tier for one in made] == [Tier.SHARED, Tier.SHARED]
    assert "a fast print" in caplog.text.lower()
    assert engine.journal.reasons == {"differed: operators": 1, "design not trusted": 1}


@pytest.fixture
def soon_tried(monkeypatch):
    """Difficult names are tried before the second print."""
    monkeypatch.setattr(engines, "_COMPARED", 1)


@pytest.mark.usefixtures("soon_tried")
def test_a_difficult_name_that_comes_out_wrong_switches_its_design_off(engine, small, broken):
    first = engine.print(ordered(small, "Ada"))
    broken()

    second = engine.print(ordered(small, "Grace", trials=lambda: [ordered(small, "AVATAR To")]))

    assert (first.tier, second.tier) == (Tier.ISLAND, Tier.SHARED)
    assert engine.print(ordered(small, "Ada")).tier == Tier.SHARED


def test_each_print_of_a_new_design_is_compared_and_difficult_names_one_at_a_time_once_it_is_worth_it(
    engine, small, monkeypatch
):
    seen, real = [], shadow.difference
    monkeypatch.setattr(shadow, "difference", lambda one, *more: seen.append(one.values["name"]) or real(one, *more))
    monkeypatch.setattr(engines, "_COMPARED", 3)
    trials = [ordered(small, "Žofia"), ordered(small, "soft\N{SOFT HYPHEN}hyphen"), ordered(small, "AVATAR To")]

    for name in ("Ada", "Grace", "refused\t", "Barbara", "Margaret", "Frances", "Katherine", "Radia", "Hedy"):
        engine.print(ordered(small, name, trials=lambda: trials))

    assert seen == ["Ada", "Grace", "Barbara", "Žofia", "Margaret", "Frances", "AVATAR To", "Katherine"]


def test_a_later_print_of_a_new_design_that_comes_out_wrong_is_not_delivered(engine, small, broken):
    for name in ("Ada", "Grace"):
        engine.print(ordered(small, name))
    broken()

    made = engine.print(ordered(small, "Barbara"))

    assert made.tail == laid_out(small, "Barbara").write_pdf()
    assert engine.journal.reasons == {"differed: operators": 1}


@pytest.mark.parametrize("soon", [1, 12], ids=["while names are tried", "while prints are compared"])
def test_a_certificate_that_fails_leaves_its_design_to_the_others(soon, engine, small, monkeypatch):
    monkeypatch.setattr(engines, "_COMPARED", soon)
    first = engine.print(ordered(small, "Ada"))
    poisoned = replace(small, fetcher=lambda _: 1 / 0)
    bad = ordered(poisoned, "Bad", key="bad")

    engine.print(replace(bad, trials=lambda: [bad]))

    assert first.tier < Tier.SHARED
    assert engine.print(ordered(small, "Grace")).tier < Tier.SHARED, engine.journal.reasons
    assert engine.journal.reasons["ZeroDivisionError"] == 1


@pytest.mark.usefixtures("soon_tried")
def test_what_the_sample_finds_to_differ_is_not_delivered_and_its_plate_is_off(engine, small, broken, monkeypatch):
    for name in ("Ada", "Grace"):
        engine.print(ordered(small, name))
    broken()
    unseen = engine.print(ordered(small, "Barbara")).tier
    monkeypatch.setattr(shadow, "ONE_IN", 1)

    seen = engine.print(ordered(small, "Margaret"))

    monkeypatch.setattr(shadow, "ONE_IN", 10**12)
    later = engine.print(ordered(small, "Barbara"))
    assert unseen == Tier.HOT
    assert seen.tail == laid_out(small, "Margaret").write_pdf()
    assert later.tier == Tier.SHARED


def test_about_one_in_two_thousand_is_sampled_and_always_the_same_ones(small):
    orders = [ordered(small, str(number)) for number in range(20_000)]

    sampled = [one.identifier for one in orders if shadow.is_sampled(one)]

    assert 2 <= len(sampled) <= 30
    assert sampled == [one.identifier for one in orders if shadow.is_sampled(one)]


def test_a_form_that_no_plate_has_is_compiled_and_both_are_kept(engine, small):
    names = ("Ada", "Ada Augusta King, Countess of Lovelace", "Grace")

    made = [engine.print(ordered(small, name)) for name in names]

    assert made[0].plate == made[2].plate != made[1].plate
    assert all(one.tier <= Tier.ISLAND for one in made)


def test_a_sheet_that_is_too_high_is_painted_only_when_it_comes_again(engine, small, monkeypatch):
    painted, real = [], engines.CompiledPlate
    monkeypatch.setattr(engines, "CompiledPlate", lambda *a, **k: painted.append(k["high"]) or real(*a, **k))
    tall = {"key": "tall", "verdict": lambda page, pages: "too high", "again": lambda _: ordered(small, "Ada")}

    made = [engine.print(ordered(small, "Ada", **tall)) for _ in range(3)]

    assert painted == [False, False, True]  # the tall sheet, the other one, and the tall one once it came again
    assert [one.tier for one in made] == [Tier.ISLAND, Tier.HOT, Tier.HOT]
    assert len({one.tail for one in made}) == 1


def test_plates_are_kept_only_so_many(small, monkeypatch):
    monkeypatch.setattr(engines, "_MOST_KEYS", 3)
    engine = Engine(Journal())

    for number in range(5):
        engine.print(ordered(small, "Ada", key=number))

    assert len(engine._plates) == 3


def test_the_plates_of_all_forms_together_are_only_so_many(small, monkeypatch):
    monkeypatch.setattr(engines, "_MOST_PLATES", 3)
    engine = Engine(Journal())

    for number in range(4):
        for name in ("Ada", "Ada Augusta King, Countess of Lovelace"):
            engine.print(ordered(small, name, key=number))

    assert sum(len(forms) for forms in engine._plates._kept.values()) <= 3


def test_threads_print_what_one_thread_prints(engine, small):
    names = [f"Ada {number}" for number in range(24)]

    with ThreadPoolExecutor(6) as pool:
        many = list(pool.map(lambda name: engine.print(ordered(small, name)), names))

    alone = Engine(Journal())
    assert [join(one.plate.prefix, one.tail) for one in many] == [
        join(one.plate.prefix, one.tail) for one in (alone.print(ordered(small, name)) for name in names)
    ]


def test_a_certificate_that_nothing_can_print_is_a_fault_of_its_own(make, monkeypatch):
    one, bad = make(), make(name="Ada")
    monkeypatch.setattr(batch, "order", lambda of: order(of) if of is one else 1 / 0)

    done = list(print_batch([one, bad, one]))

    assert [printed.fault is None for printed in done] == [True, False, True]
    assert (done[1].tail, done[1].fault.code) == (b"", "render_failed")
