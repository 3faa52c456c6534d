"""The monthly report, and formats to print it in."""

from collections.abc import Callable

from gpubill.billing import Billing


class UnknownFormat(ValueError):
    """There is no format of that name; the message names those that there are."""


def formats() -> list[str]:
    """Return the names of all formats, sorted."""
    raise NotImplementedError("formats is still to be written")


def add_format(name: str, renderer: Callable[[Billing, bool], str]) -> None:
    """Make a format known, in place of another of that name if there is one.

    `renderer` is called with a billing and whether to show details.
    """
    raise NotImplementedError("add_format is still to be written")


def render(billing: Billing, format: str = "text", details: bool = False) -> str:
    """Return a billing in a format, without a line break at its end.

    Nothing is printed. Raises UnknownFormat for a format that nobody added.
    """
    return _csv(billing, details)


def _csv(billing: Billing, details: bool) -> str:
    """Return a billing for the accounting system, which finds out totals by itself."""
    if not details:
        rows = ["lab,minutes,cents"]
        for each in billing.invoices:
            rows.append(f"{_quoted(each.lab)},{each.minutes},{each.cents}")
        return "\n".join(rows)
    rows = ["lab,machine,minutes,cents"]
    for invoice in billing.invoices:
        lab = _quoted(invoice.lab)
        for line in invoice.lines:
            rows.append(f"{lab},{_quoted(line.machine)},{line.minutes},{line.cents}")
        if invoice.discount:
            rows.append(f"{lab},discount,,{-invoice.discount}")
    return "\n".join(rows)


def _quoted(name: str) -> str:
    """Return a name as a CSV field."""
    if "," in name or '"' in name:
        return '"' + name.replace('"', '""') + '"'
    return name


def print_report(sessions, rates, format="text", details=False, only=[]):
    """Print what labs owe for their sessions, or `only` some of the labs."""
    if format not in ("text", "csv", "markdown"):
        print(f"unknown format: {format}")
        return
    labs = {}
    bad = []
    for session in sessions:
        if only != [] and session.lab not in only:
            continue
        if session.end > session.start:
            if session.lab not in labs:
                labs[session.lab] = {}
            if session.machine not in labs[session.lab]:
                labs[session.lab][session.machine] = []
            labs[session.lab][session.machine].append(session)
        else:
            if format == "text":
                at = session.start.strftime("%Y-%m-%d %H:%M")
                print(f"! skipped: {session.lab} on {session.machine}, {at}")
            else:
                bad.append(session)
    if format == "text":
        if not labs:
            print("Nothing to bill.")
            return
        blocks = []
        all_minutes = 0
        all_cents = 0
        for lab in labs:
            lines = []
            lab_minutes = 0
            lab_cents = 0
            for machine in sorted(labs[lab]):
                uses = labs[lab][machine]
                uses.sort(key=lambda s: s.start)
                minutes = 0
                start = None
                for use in uses:
                    if start == None:
                        start, end = use.start, use.end
                    elif use.start <= end:
                        if use.end > end:
                            end = use.end
                    else:
                        minutes += -(-int((end - start).total_seconds()) // 900) * 15
                        start, end = use.start, use.end
                minutes += -(-int((end - start).total_seconds()) // 900) * 15
                try:
                    cents = int(rates.hourly[machine] * minutes / 60 + 0.5)
                    mark = ""
                except:
                    cents = 0
                    mark = " ?"
                if details:
                    hours = f"{minutes // 60}:{minutes % 60:02}"
                    euros = f"{cents // 100}.{cents % 100:02}"
                    name = "  " + machine + mark
                    lines.append(f"{name:<25}{hours:>10}{euros:>10}")
                lab_minutes += minutes
                lab_cents += cents
            if lab_minutes > rates.discount_from:
                off = int(lab_cents * rates.discount_percent / 100 + 0.5)
                if off:
                    euros = f"-{off // 100}.{off % 100:02}"
                    lines.append(f"  {'discount':<33}{euros:>10}")
                lab_cents -= off
            hours = f"{lab_minutes // 60}:{lab_minutes % 60:02}"
            euros = f"{lab_cents // 100}.{lab_cents % 100:02}"
            lines.insert(0, f"{lab:<25}{hours:>10}{euros:>10}")
            blocks.append((-lab_cents, lab, lines))
            all_minutes += lab_minutes
            all_cents += lab_cents
        blocks.sort()
        for _cents, lab, lines in blocks:
            for line in lines:
                print(line)
        print("-" * 45)
        hours = f"{all_minutes // 60}:{all_minutes % 60:02}"
        euros = f"{all_cents // 100}.{all_cents % 100:02}"
        print(f"{'Total':<25}{hours:>10}{euros:>10}")
    else:
        # csv came first, markdown was put in between for the wiki
        if format == "markdown":
            if not labs:
                print("*Nothing to bill.*")
            else:
                print("| lab | hours | euros |")
                print("|---|--:|--:|")
        elif details:
            print("lab,machine,minutes,cents")
        else:
            print("lab,minutes,cents")
        all_minutes = 0
        all_cents = 0
        for lab in sorted(labs):
            name = lab
            if format == "csv":
                if "," in lab or '"' in lab:
                    name = '"' + lab.replace('"', '""') + '"'
            else:
                name = lab.replace("|", "\\|")
            lines = []
            lab_minutes = 0
            lab_cents = 0
            for machine in sorted(labs[lab]):
                uses = sorted(labs[lab][machine], key=lambda s: s.start)
                minutes = 0
                start, end = uses[0].start, uses[0].end
                for use in uses:
                    if use.start > end:
                        minutes += -(-int((end - start).total_seconds()) // 900) * 15
                        start, end = use.start, use.end
                    end = max(end, use.end)
                minutes += -(-int((end - start).total_seconds()) // 900) * 15
                try:
                    cents = int(rates.hourly[machine] * minutes / 60 + 0.5)
                except:
                    cents = 0
                if details:
                    if format == "csv":
                        m = machine
                        if "," in machine or '"' in machine:
                            m = '"' + machine.replace('"', '""') + '"'
                        lines.append("%s,%s,%d,%d" % (name, m, minutes, cents))
                    else:
                        m = machine.replace("|", "\\|")
                        euros = f"{cents // 100}.{cents % 100:02}"
                        lines.append(f"| - {m} | {minutes / 60:.2f} | {euros} |")
                lab_minutes += minutes
                lab_cents += cents
            off = 0
            if lab_minutes > rates.discount_from:
                off = int(lab_cents * rates.discount_percent / 100 + 0.5)
                lab_cents -= off
            if format == "csv":
                if details:
                    if off:
                        lines.append("%s,discount,,%d" % (name, -off))
                else:
                    lines.append("%s,%d,%d" % (name, lab_minutes, lab_cents))
            else:
                if off:
                    name += f" (less {off // 100}.{off % 100:02})"
                euros = f"{lab_cents // 100}.{lab_cents % 100:02}"
                lines.insert(0, f"| {name} | {lab_minutes / 60:.2f} | {euros} |")
            for line in lines:
                print(line)
            all_minutes += lab_minutes
            all_cents += lab_cents
        if format == "markdown":
            if labs:
                euros = f"{all_cents // 100}.{all_cents % 100:02}"
                print(f"| **Total** | **{all_minutes / 60:.2f}** | **{euros}** |")
            for session in bad:
                lab = session.lab.replace("|", "\\|")
                machine = session.machine.replace("|", "\\|")
                print(f"> skipped: {lab} on {machine}")
