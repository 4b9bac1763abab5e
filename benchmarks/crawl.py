"""One crawler over a whole site: ``crawl.py METHOD ADDRESS``, each page fetched once, all links followed.

Runs in the virtual environment that the method needs. CPU time is counted from outside, start-up included;
the peak of memory is printed at the end, as the kernel's account of a child begins with its parent's size.
"""

from __future__ import annotations

import io
import resource
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout, suppress
from pathlib import Path
from urllib.parse import urljoin, urlsplit

MOST = 3000


def follow(start: str, fetch: Callable[[str], Iterable[str]]) -> None:
    """Breadth first over one host; ``fetch`` gets a page and gives its links."""
    host, queue, known = urlsplit(start).netloc, [start], {start}
    for url in queue:  # grows while it is read
        for link in fetch(url):
            target = urljoin(url, link).partition("#")[0]
            if target not in known and urlsplit(target).netloc == host and len(queue) < MOST:
                known.add(target)
                queue.append(target)


def jiancha(start: str) -> None:
    """`jiancha visit`: fetch, keep evidence, read columns, lists and articles, check every page, judge."""
    from jiancha.cli.main import main

    with redirect_stdout(io.TextIOWrapper(io.BytesIO())):
        main(["visit", start, "--allow-private", "--max-pages", str(MOST), "--json"])


def by_requests(start: str, links: Callable[[bytes, str], Iterable[str]]) -> None:
    """One session of requests; ``links`` finds those of a page from an address."""
    import requests

    with requests.Session() as session:
        session.trust_env = False
        follow(start, lambda url: links(session.get(url, timeout=30).content, url))


def by_lxml(start: str) -> None:
    from lxml import html

    by_requests(start, lambda page, _: html.fromstring(page).xpath("//a/@href"))


def by_lxml_links(start: str) -> None:
    """As the one above, with the links that lxml itself finds and resolves, pictures and styles left out."""
    from lxml import html

    def links(page: bytes, url: str) -> Iterable[str]:
        tree = html.fromstring(page)
        tree.make_links_absolute(url)
        return [link for element, _, link, _ in tree.iterlinks() if element.tag == "a"]

    by_requests(start, links)


def by_selectolax(start: str) -> None:
    from selectolax.lexbor import LexborHTMLParser

    def links(page: bytes, _: str) -> Iterable[str]:
        return [node.attributes["href"] or "" for node in LexborHTMLParser(page).css("a[href]")]

    by_requests(start, links)


def by_scrapy(start: str) -> None:
    from scrapy.crawler import CrawlerProcess
    from scrapy.linkextractors import LinkExtractor
    from scrapy.spiders import CrawlSpider, Rule

    class Links(CrawlSpider):
        name = "links"
        start_urls = (start,)
        allowed_domains = (urlsplit(start).hostname,)
        rules = (Rule(LinkExtractor(), follow=True),)

    settings = {
        "ROBOTSTXT_OBEY": False,
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "DOWNLOAD_DELAY": 0,  # its own default is one request a second
    }
    process = CrawlerProcess(settings)
    process.crawl(Links)
    process.start()


def by_linkchecker(start: str) -> None:
    from linkcheck.command.linkchecker import linkchecker

    #: It keeps to ten requests a second and asks robots.txt unless told otherwise.
    rules = "[checking]\nrobotstxt=0\nmaxrequestspersecond=100000\nrecursionlevel=-1\n"
    # where it is started by root it becomes another user, who may read the file but not remove it
    with suppress(PermissionError), tempfile.NamedTemporaryFile("w", suffix=".ini") as config:
        Path(config.name).chmod(0o644)
        config.write(rules)
        config.flush()
        quiet = ["--no-status", "--no-warnings", "--output", "none"]
        sys.argv = ["linkchecker", "--config", config.name, *quiet, start]
        with suppress(SystemExit):
            linkchecker()


def peak() -> int:
    """The most memory that this process or one that it started has used, in kB."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


METHODS: dict[str, Callable[[str], None]] = {
    "jiancha": jiancha,
    "requests + lxml": by_lxml,
    "requests + lxml, resolving": by_lxml_links,
    "requests + selectolax": by_selectolax,
    "Scrapy": by_scrapy,
    "linkchecker": by_linkchecker,
}


if __name__ == "__main__":
    METHODS[sys.argv[1]](sys.argv[2])
    print(peak())
