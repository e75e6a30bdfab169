"""English phrases of ours and what stands for them in Welsh. Not reviewed by a speaker yet."""

WEEKDAYS = {
    "Monday": "Dydd Llun",
    "Tuesday": "Dydd Mawrth",
    "Wednesday": "Dydd Mercher",
    "Thursday": "Dydd Iau",
    "Friday": "Dydd Gwener",
    "Saturday": "Dydd Sadwrn",
    "Sunday": "Dydd Sul",
}
MONTHS = {
    "January": "Ionawr",
    "February": "Chwefror",
    "March": "Mawrth",
    "April": "Ebrill",
    "May": "Mai",
    "June": "Mehefin",
    "July": "Gorffennaf",
    "August": "Awst",
    "September": "Medi",
    "October": "Hydref",
    "November": "Tachwedd",
    "December": "Rhagfyr",
}
NUMBERED = {
    "open now": "ar agor nawr",
    "new": "newydd",
    "changed": "wedi newid",
    "closing soon": "yn cau cyn hir",
    "early notice": "rhybudd cynnar",
    "early notices": "rhybudd cynnar",
    "already open": "eisoes ar agor",
    "decided or closed": "wedi’i benderfynu neu wedi cau",
    "deadline moved": "dyddiad cau wedi symud",
    "deadlines moved": "dyddiad cau wedi symud",
    "cancelled": "wedi’i ganslo",
    "now open": "bellach ar agor",
    "days left": "diwrnod ar ôl",
    "source checked": "ffynhonnell wedi’i gwirio",
    "sources checked": "ffynhonnell wedi’u gwirio",
}
NUMBERED = {phrase: f"{{0}} {welsh}" for phrase, welsh in NUMBERED.items()}
"""What stands behind a number: "{0} newydd"."""

HEADINGS = {
    "Open now, for you": "Ar agor nawr, i chi",
    "News for you": "Newyddion i chi",
    "Before your next digest": "Cyn eich crynodeb nesaf",
    "Nothing new, still watching": "Dim byd newydd, yn dal i wylio",
    "Open now": "Ar agor nawr",
    "New": "Newydd",
    "Changed": "Wedi newid",
    "Closing soon": "Yn cau cyn hir",
    "Heads-up: not open for bids yet": "O flaen llaw: heb agor i geisiadau eto",
    "Already open": "Eisoes ar agor",
    "Decided, closed or cancelled": "Wedi’i benderfynu, wedi cau neu wedi’i ganslo",
}
STAGES = {
    "In the pipeline": "Ar y gweill",
    "Early engagement": "Ymgysylltu cynnar",
    "Planned": "Wedi’i gynllunio",
    "Direct award intended": "Bwriad i ddyfarnu’n uniongyrchol",
    "Open for bids": "Ar agor i geisiadau",
    "Open for applications": "Ar agor i geisiadau am grant",
    "Open for responses": "Ar agor i ymatebion",
    "Closed, decision awaited": "Wedi cau, yn aros am benderfyniad",
    "Award intended (standstill)": "Bwriad i ddyfarnu (cyfnod segur)",
    "Awarded": "Wedi’i ddyfarnu",
    "Contract signed": "Contract wedi’i lofnodi",
    "Contract changed": "Contract wedi newid",
    "Contract ending": "Contract yn dod i ben",
    "Ended": "Wedi dod i ben",
    "Cancelled": "Wedi’i ganslo",
    "Gone quiet": "Wedi mynd yn dawel",
    "Open to join at any time": "Ar agor i ymuno unrhyw bryd",
    "Stage not known": "Cam anhysbys",
    "News": "Newyddion",
}
MEANINGS = {
    "A contract may come; the dates are soft. Time to find partners and to talk to the buyer.": (
        "Efallai y daw contract; nid yw’r dyddiadau’n bendant. Amser i ddod o hyd i bartneriaid ac "
        "i siarad â’r prynwr."
    ),
    "The buyer is asking before it decides what to buy: take part, it is free and commits you to "
    "nothing.": (
        "Mae’r prynwr yn holi cyn penderfynu beth i’w brynu: cymerwch ran, mae am ddim ac nid yw’n "
        "eich ymrwymo i ddim."
    ),
    "A competition is expected and the time to bid may be short: start preparing.": (
        "Disgwylir cystadleuaeth a gall yr amser i wneud cais fod yn fyr: dechreuwch baratoi."
    ),
    "The buyer means to award without a competition. If you could provide this, tell the buyer "
    "now.": (
        "Mae’r prynwr yn bwriadu dyfarnu heb gystadleuaeth. Os gallech chi ddarparu hyn, dywedwch "
        "wrth y prynwr nawr."
    ),
    "You can bid now, until the deadline.": "Gallwch wneud cais nawr, hyd at y dyddiad cau.",
    "The deadline has passed; the buyer has not announced a decision.": (
        "Mae’r dyddiad cau wedi mynd heibio; nid yw’r prynwr wedi cyhoeddi penderfyniad."
    ),
    "The buyer has chosen but not yet signed. No more bids; for some days the choice can be "
    "questioned.": (
        "Mae’r prynwr wedi dewis ond heb lofnodi eto. Dim rhagor o geisiadau; am rai dyddiau "
        "gellir holi am y dewis."
    ),
    "The contract has been awarded. No more bids.": (
        "Mae’r contract wedi’i ddyfarnu. Dim rhagor o geisiadau."
    ),
    "The contract runs; its end date tells when it may come up again.": (
        "Mae’r contract ar waith; mae ei ddyddiad gorffen yn dweud pryd y gall godi eto."
    ),
    "The running contract was extended, enlarged or cut; its end may have moved.": (
        "Cafodd y contract ei ymestyn, ei ehangu neu ei dorri; gall ei ddiwedd fod wedi symud."
    ),
    "The contract is running out or in difficulty: a new one may follow.": (
        "Mae’r contract yn dirwyn i ben neu mewn trafferth: gall un newydd ddilyn."
    ),
    "The contract or list has come to its end.": "Mae’r contract neu’r rhestr wedi dod i ben.",
    "You can stop work on a bid. The buyer may advertise it again.": (
        "Gallwch roi’r gorau i weithio ar gais. Efallai y bydd y prynwr yn hysbysebu eto."
    ),
    "The buyer’s own date is long past and nothing new has been published.": (
        "Mae dyddiad y prynwr ei hun ymhell yn ôl a dim byd newydd wedi’i gyhoeddi."
    ),
    "A list or market that providers can apply to join while it lasts.": (
        "Rhestr neu farchnad y gall darparwyr wneud cais i ymuno â hi tra bydd yn para."
    ),
    "The notice does not say where this stands: read the notice itself.": (
        "Nid yw’r hysbysiad yn dweud ble mae hyn arni: darllenwch yr hysbysiad ei hun."
    ),
    "You can apply now, until the deadline.": "Gallwch ymgeisio nawr, hyd at y dyddiad cau.",
    "You can give your views now, until the deadline.": (
        "Gallwch roi eich barn nawr, hyd at y dyddiad cau."
    ),
    "The grants have been awarded. No more applications.": (
        "Mae’r grantiau wedi’u dyfarnu. Dim rhagor o geisiadau."
    ),
    "Something to know: read it to see whether there is anything to do.": (
        "Rhywbeth i’w wybod: darllenwch i weld a oes rhywbeth i’w wneud."
    ),
}
LABELS = {
    "Closes": "Yn cau",
    "Closed": "Wedi cau",
    "First applications by": "Ceisiadau cyntaf erbyn",
    "Tell the buyer by": "Dywedwch wrth y prynwr erbyn",
    "Standstill ends": "Cyfnod segur yn dod i ben",
    "Tender expected": "Disgwylir y tendr",
    "Take part by": "Cymerwch ran erbyn",
    "Where": "Ble",
    "Value": "Gwerth",
    "Who may bid": "Pwy all wneud cais",
    "Suits": "Yn addas i",
    "Lots": "Lotiau",
    "Contract": "Contract",
    "Extension": "Estyniad",
    "Bids are scored on": "Sgorir ceisiadau ar",
    "Questions by": "Cwestiynau erbyn",
    "Going to": "Yn mynd i",
    "Provider named": "Darparwr a enwir",
    "Whom to ask": "Pwy i’w holi",
    "How to take part": "Sut i gymryd rhan",
    "Where to bid": "Ble i wneud cais",
    "In your favour": "O’ch plaid",
    "Look out": "Gwyliwch",
    "not stated": "heb ei nodi",
    "today": "heddiw",
    "tomorrow": "yfory",
    "1 days left": "1 diwrnod ar ôl",
    "this date has passed": "mae’r dyddiad hwn wedi mynd heibio",
    "No deadline is stated: see the official notice": (
        "Ni nodir dyddiad cau: gweler yr hysbysiad swyddogol"
    ),
    "Buyer not stated": "Prynwr heb ei nodi",
    "you follow it": "rydych yn ei ddilyn",
    "we told you of it before": "dywedasom wrthych amdano o’r blaen",
    "mental health is its purpose": "iechyd meddwl yw ei ddiben",
    "mental health is part of it": "mae iechyd meddwl yn rhan ohono",
    "it may be about mental health": "gall fod am iechyd meddwl",
    "it meets your subscription": "mae’n cyd-fynd â’ch tanysgrifiad",
    "you asked for everything": "gofynasoch am bopeth",
}
CHANGES = {
    "Title": "Teitl",
    "Description": "Disgrifiad",
    "Further text": "Testun pellach",
    "Buyer": "Prynwr",
    "Lowest value": "Gwerth isaf",
    "Deadline": "Dyddiad cau",
    "Last day for questions": "Diwrnod olaf am gwestiynau",
    "Date to take part by": "Dyddiad cymryd rhan",
    "Expected date of the tender": "Dyddiad disgwyliedig y tendr",
    "Contract dates": "Dyddiadau’r contract",
    "Possible extension": "Estyniad posibl",
    "Place": "Lle",
    "A lot": "Lot",
    "Awards": "Dyfarniadau",
    "How bids are scored": "Sut y sgorir ceisiadau",
    "Documents": "Dogfennau",
    "Area of suppliers": "Ardal y cyflenwyr",
    "Suits voluntary and community organisations": "Addas i fudiadau gwirfoddol a chymunedol",
    "Suits small businesses": "Addas i fusnesau bach",
    "Cancelled by the buyer.": "Canslwyd gan y prynwr.",
    "Open again after it had been cancelled or closed.": (
        "Ar agor eto ar ôl cael ei ganslo neu ei gau."
    ),
    "The deadline has passed.": "Mae’r dyddiad cau wedi mynd heibio.",
    "Now open.": "Bellach ar agor.",
    "Moved on.": "Wedi symud ymlaen.",
}
ROUND_ABOUT = {
    "You get this because mental health is its purpose.": (
        "Rydych yn cael hwn am mai iechyd meddwl yw ei ddiben."
    ),
    "You get these because mental health is their purpose.": (
        "Rydych yn cael y rhain am mai iechyd meddwl yw eu diben."
    ),
    "You get these because mental health is their purpose, unless it says otherwise.": (
        "Rydych yn cael y rhain am mai iechyd meddwl yw eu diben, oni nodir yn wahanol."
    ),
    "The official notice decides: read it before you act. We are not the record, and we may be "
    "wrong.": (
        "Yr hysbysiad swyddogol sy’n penderfynu: darllenwch ef cyn gweithredu. Nid ni yw’r cofnod, "
        "a gallwn fod yn anghywir."
    ),
    "Not everything is advertised. Small contracts, grant renewals and sub-contracts often are "
    "not: keep talking to those who buy near you.": (
        "Ni chaiff popeth ei hysbysebu. Yn aml ni chaiff contractau bach, adnewyddu grantiau ac "
        "is-gontractau: daliwch i siarad â’r rhai sy’n prynu yn eich ardal."
    ),
    "Stop these mails with one message": "Stopiwch y negeseuon hyn gydag un neges",
    "Stop these mails": "Stopiwch y negeseuon hyn",
    "Nothing that is new or has changed meets what you asked for.": (
        "Nid oes dim byd newydd nac wedi newid sy’n cyd-fynd â’r hyn y gofynasoch amdano."
    ),
    "Meanwhile you miss nothing: what comes late is told once it is there. If you wait for "
    "something, look at the source’s own page.": (
        "Yn y cyfamser nid ydych yn colli dim: dywedir yr hyn sy’n dod yn hwyr pan ddaw. Os ydych "
        "yn aros am rywbeth, edrychwch ar dudalen y ffynhonnell ei hun."
    ),
    "all of them answering": "pob un yn ateb",
}
PHRASES = {
    **{day: f"d{welsh[1:]}" for day, welsh in WEEKDAYS.items()},
    **HEADINGS,
    **STAGES,
    **MEANINGS,
    **LABELS,
    **CHANGES,
    **ROUND_ABOUT,
}
PHRASES |= {
    f"{phrase[0].lower()}{phrase[1:]}": f"{welsh[0].lower()}{welsh[1:]}"
    for phrase, welsh in (STAGES | LABELS).items()
}
SMALL_DATES = (
    "closes|closed|first applications by|tell the buyer by|standstill ends|take part by|"
    "tender expected"
)
SHAPES = {
    r"(now )?closes (\d{1,2} [A-Z][a-z]+(?: \d{4})?)": "yn cau {1}",
    rf"({SMALL_DATES}) ((?:on )?\d{{1,2}} [A-Z][a-z]+(?: \d{{4}})?)": "{0} {1}",
    r"on (.+)": "{0}",
    rf"({SMALL_DATES}) (in [A-Z][a-z]+ \d{{4}})": "{0} {1}",
    r"about (£.+)": "tua {0}",
    r"up to (£.+)": "hyd at {0}",
    r"(£[^;]+) to (£[^;]+)": "{0} i {1}",
    r"(£.+) a year": "{0} y flwyddyn",
    r"(£.+) in all": "{0} i gyd",
    r"(open for \w+), no date stated": "{0}, heb ddyddiad",
    r"(\d+) quiet since (.+)": "{0} yn dawel ers {1}",
    r"From Fair Notice, run by (.+)\.": "Oddi wrth Fair Notice, a redir gan {0}.",
    r"To stop or change these mails, write to (.+)\.": (
        "I stopio neu newid y negeseuon hyn, ysgrifennwch at {0}."
    ),
    r"You get this because (\S+) is subscribed to Fair Notice at (.+)\.": (
        "Rydych yn cael hwn am fod {0} wedi tanysgrifio i Fair Notice yn {1}."
    ),
    r"To stop these mails, or with a question, write to (.+)\.": (
        "I stopio’r negeseuon hyn, neu gyda chwestiwn, ysgrifennwch at {0}."
    ),
    r"(.+) runs this service\. To reach a person, write to (.+)\.": (
        "{0} sy’n rhedeg y gwasanaeth hwn. I gyrraedd person, ysgrifennwch at {1}."
    ),
    r"(\d+) more opportunit(?:y|ies) did not fit into this mail; .+": (
        "Nid oedd lle i {0} arall yn y neges hon; mae’r rhai mwyaf brys uchod, daw’r gweddill."
    ),
    r"We have seen nothing from (.+) since (\d.+)\.": ("Nid ydym wedi gweld dim gan {0} ers {1}."),
    r"(.+) answers again; what it published meanwhile is in this mail or the next\.": (
        "Mae {0} yn ateb eto; mae’r hyn a gyhoeddodd yn y cyfamser yn y neges hon neu’r nesaf."
    ),
    r"([A-Z][^.]+) since (\d[^,]+), and nothing new after that\.": (
        "{0} ers {1}, a dim byd newydd wedi hynny."
    ),
    r"(Deadline|Date to take part by) moved, (\d+) days? later\.": "{0}: {1} diwrnod yn hwyrach.",
    r"(Deadline|Date to take part by) moved, (\d+) days? earlier\.": "{0}: {1} diwrnod yn gynt.",
    r"(Deadline|Date to take part by) moved\.": "{0} wedi symud.",
    r"([A-Z][a-z ]+) changed\.": "{0} wedi newid.",
    r"([A-Z][a-z ]+) now stated\.": "{0} bellach wedi’i nodi.",
    r"([A-Z][a-z ]+) no longer stated\.": "{0} heb ei nodi mwyach.",
    r"([A-Z][a-z ]+) changed, and changed back\.": "{0} wedi newid, ac wedi newid yn ôl.",
    r"Cancelled by the buyer: (.+)": "Canslwyd gan y prynwr: {0}",
    r"we told you on (.+)": "dywedasom wrthych ar {0}",
    r"((?:mental health is|it may be about mental health).*?) \((.+)\)": "{0} ({1})",
    rf"((?:{'|'.join(WEEKDAYS)}) [^:]+): (\d.+)\.": "{0}: {1}.",
    r"(\d+ sources? checked), (.+)\.": "{0}, {1}.",
}
"""Patterns of sentences with something of the reader's in them; the groups are said in turn."""
