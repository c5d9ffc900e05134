//! What people call their columns, in the languages of those who deliver here.
//!
//! Names are compared without case, accents, spaces and punctuation: `Straße / Hausnr.` reads
//! `strassehausnr`. English, German, Finnish, Swedish, Danish and Norwegian, French, Spanish, Italian,
//! Portuguese, Dutch, Polish and Estonian, in no other order than by field.

use super::Field;

const ALIASES: &[(Field, &str)] = &[
    (
        Field::Id,
        "id stopid externalid externalstopid stop stopno stopnumber order orderid orderno ordernumber orderref \
         reference ref no nr number deliveryid deliveryno consignment shipment shipmentid jobid \
         auftrag auftragsnummer auftragsnr bestellung bestellnummer bestellnr lieferung liefernummer lieferschein nummer \
         tunnus tilaus tilausnumero tilausnro toimitusnumero numero viite asiakasnumero asiakasnro \
         ordernummer bestallning bestallningsnummer leveransnummer kundnummer referens \
         ordrenummer ordrenr commande numerocommande ncommande numerodecommande reference numref \
         pedido numeropedido numerodepedido ordine numeroordine encomenda bestelnummer bestelling zamowienie \
         numerzamowienia tellimus tellimusenumber customerid customerno kundennummer kundennr",
    ),
    (
        Field::Address,
        "address addr fulladdress deliveryaddress shippingaddress addressline addressline1 addressline2 address1 address2 location destination \
         adresse anschrift lieferadresse lieferanschrift zieladresse \
         osoite toimitusosoite katuosoite jakeluosoite postiosoite adress leveransadress besoksadress \
         leveringsadresse adressedelivraison adresselivraison direccion direcciondeentrega domicilio indirizzo \
         indirizzodiconsegna endereco morada adres afleveradres bezorgadres adresdostawy aadress tarneaadress \
         streetaddress gatuadress адрес 地址 住所",
    ),
    (
        Field::Street,
        "street streetname road strasse str strassenname katu kadunnimi gata gatunamn gade vej vei rue voie calle via rua \
         straat straatnaam ulica tanav",
    ),
    (
        Field::HouseNumber,
        "housenumber houseno house streetnumber buildingnumber hausnummer hausnr hnr talonumero talonro talo \
         husnummer husnr gatunummer numerorue numeroderue numerocivico civico numeroportal huisnummer huisnr \
         numerdomu majanumber",
    ),
    (
        Field::Postcode,
        "postcode postalcode zip zipcode postal plz postleitzahl postinumero postinro postnummer postnr codepostal cp \
         codigopostal cap codicepostale codigopostalcp kodpocztowy postikood postindeks",
    ),
    (
        Field::City,
        "city town locality place ort stadt wohnort kaupunki paikkakunta postitoimipaikka stad postort poststed by ville \
         commune ciudad poblacion localidad citta comune cidade plaats woonplaats miasto linn postcodecity plzort \
         citypostcode",
    ),
    (
        Field::Label,
        "name label customer customername client recipient recipientname consignee receiver company contact contactname \
         fullname shipto title kunde kundenname empfanger firma ansprechpartner asiakas asiakkaannimi nimi \
         vastaanottaja yritys kund kundnamn mottagare namn foretag modtager navn nom client destinataire nomclient \
         societe nombre cliente destinatario empresa nome klant klantnaam naam ontvanger bedrijf nazwa klient odbiorca \
         nimetus saaja",
    ),
    (
        Field::Parcels,
        "parcels parcel parcelcount parcelscount packages package packagecount pieces pcs boxes items qty quantity count \
         load units demand colli pakete paket paketanzahl anzahl stuck menge packstucke paketit paketteja kolli \
         kollit kollia kpl maara lahetykset antal paket pakker antalkolli colis nombrecolis nbcolis quantite paquetes \
         bultos cantidad colli quantita pacchi volumes quantidade pakketten aantal paczki ilosc pakid kogus",
    ),
    (
        Field::ServiceMinutes,
        "service servicetime serviceminutes servicemin serviceduration servicetimemin timeatstop stopduration duration \
         durationmin unloading unloadingtime handlingtime minutes standzeit servicezeit haltezeit entladezeit aufenthalt \
         dauer palveluaika kesto pysahdysaika purkuaika minuutit minuuttia servicetid stopptid lossningstid tempsservice \
         dureearret duree tiempodeservicio tiemposervicio duracion tempodiservizio durata duracao servicetijd lostijd \
         czasobslugi",
    ),
    (
        Field::Window,
        "window timewindow deliverywindow timeslot slot deliverytime openinghours hours between zeitfenster lieferfenster \
         lieferzeit offnungszeiten aikaikkuna toimitusaika aukioloajat aukiolo tidsfonster leveranstid oppettider \
         tidsvindue creneau creneauhoraire plagehoraire horaires ventanahoraria franjahoraria horario finestraoraria \
         fasciaoraria janelahoraria tijdvenster tijdslot oknoczasowe ajavahemik",
    ),
    (
        Field::WindowStart,
        "from start windowstart starttime timefrom earliest notbefore opens open after begin von ab fruhestens beginn \
         startzeit alkaa alku aikaisintaan alkaen alkuaika fran tidigast starttid tidligst debut heuredebut apartirde \
         desde inicio horainicio dalle inizio de vanaf begintijd od alates twstart deliverfrom deliveryfrom readytime",
    ),
    (
        Field::WindowEnd,
        "to end windowend endtime timeto timeuntil latest notafter closes close before until due duetime bis spatestens \
         ende endzeit paattyy loppu viimeistaan mennessa paattymisaika loppuaika till senast sluttid senest fin heurefin \
         hasta horafin alle fine ate tot eindtijd do kuni twend deliverto deliveryto deliverby",
    ),
    (
        Field::Phone,
        "phone telephone tel mobile cell phonenumber mobilenumber contactnumber telefon telefonnummer mobil handy rufnummer \
         puhelin puhelinnumero puh gsm matkapuhelin telefonnr tlf telephoneportable portable telefono movil cellulare \
         telefone telemovel telefoon telefoonnummer mobiel numertelefonu komorka mobiiltelefon",
    ),
    (
        Field::Email,
        "email emailaddress mail epost epostadress eposti sahkoposti sahkopostiosoite emailadresse mailadresse courriel \
         correo correoelectronico postaelettronica emailadres",
    ),
    (
        Field::Note,
        "note notes comment comments remark remarks instructions deliveryinstructions message info memo bemerkung \
         bemerkungen hinweis hinweise notiz kommentar anmerkung huomautus huomio lisatieto lisatiedot kommentti ohje ohjeet \
         toimitusohje viesti anmarkning notering meddelande leveransanvisning bemaerkning merknad remarque remarques \
         commentaire consignes notas comentario observaciones instrucciones nota commento istruzioni observacoes opmerking \
         opmerkingen uwagi markus",
    ),
    (Field::Lat, "lat latitude y ycoord coordy breite breitengrad leveysaste latitud latitudine breddgrad"),
    (
        Field::Lon,
        "lon lng long longitude x xcoord coordx lange langengrad pituusaste longitud longitudine langdgrad",
    ),
    (
        Field::TrackingNumber,
        "tracking trackingnumber trackingno trackingid trackingcode trackandtrace waybill barcode parcelnumber parcelid \
         sendungsnummer paketnummer trackingnummer seurantatunnus seurantakoodi lahetystunnus sparningsnummer kollinummer \
         kollinr kolliid numerodesuivi numerosuivi suivi numerodeseguimiento seguimiento numeroditracciamento \
         codigoderastreio traceernummer numerprzesylki saadetisekood",
    ),
    (
        Field::Priority,
        "priority prio importance urgency urgent prioritat dringlichkeit prioriteetti kiireellisyys tarkeys prioritet          priorite urgence prioridad urgencia priorita prioridade prioriteit priorytet prioriteet",
    ),
    (
        Field::OnlyDriver,
        "onlydriver onlyfordriver requireddriver fixeddriver lockeddriver nurfahrer festerfahrer vainkuljettaja          vainkuljettajalle endastforare chauffeurimpose soloconductor soloautista solomotorista",
    ),
    (
        Field::Needs,
        "needs skills skill requires requirements requirement equipment vehicletype anforderungen anforderung bedarf \
         vaatimukset vaatimus kalusto krav utrustning exigences competences requisitos requisiti vereisten wymagania nouded",
    ),
    (
        Field::Turn,
        "firstorlast firstlast placeonroute routeposition erstoderletzt ensinvaiviimeinen forstellersist",
    ),
];

/// What a column of this name means: `Some((field, true))` for a known name, `(field, false)` when a known
/// word of five letters or more is part of it.
pub(super) fn find(name: &str) -> Option<(Field, bool)> {
    let plain = normalise(name);
    if plain.is_empty() {
        return None;
    }
    let words = || ALIASES.iter().flat_map(|(field, list)| list.split_whitespace().map(|it| (*field, it)));
    if let Some((field, _)) = words().find(|(_, it)| *it == plain) {
        return Some((field, true));
    }
    // The longest word wins, so that `customer phone number` is a phone number.
    let part = words().filter(|(_, it)| it.len() >= 5 && plain.contains(it));
    part.max_by_key(|(_, it)| it.len()).map(|(field, _)| (field, false))
}

/// A name without case, accents and anything but letters and digits; a unit in brackets says nothing.
pub(super) fn normalise(name: &str) -> String {
    let name = name.split(['(', '[']).next().unwrap_or(name);
    let mut plain = String::with_capacity(name.len());
    for it in milkrun_host::lower(name).chars().filter(|it| it.is_alphanumeric()) {
        match it {
            'ä' | 'å' | 'à' | 'á' | 'â' | 'ã' | 'ą' => plain.push('a'),
            'ö' | 'ø' | 'ó' | 'ò' | 'ô' | 'õ' => plain.push('o'),
            'ü' | 'ù' | 'ú' | 'û' => plain.push('u'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' => plain.push('e'),
            'í' | 'ì' | 'î' | 'ï' => plain.push('i'),
            'ñ' | 'ń' => plain.push('n'),
            'ç' | 'ć' => plain.push('c'),
            'ś' | 'š' => plain.push('s'),
            'ż' | 'ź' | 'ž' => plain.push('z'),
            'ł' => plain.push('l'),
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn check(name: &str, expected: Field, exact: bool) {
        assert_eq!(find(name), Some((expected, exact)), "{name}");
    }

    #[test]
    fn names_in_many_languages() {
        check("Delivery Address", Field::Address, true);
        check("external_stop_id", Field::Id, true);
        check("Straße", Field::Street, true);
        check("PLZ", Field::Postcode, true);
        check("Lähetystunnus", Field::TrackingNumber, true);
        check("Sähköposti", Field::Email, true);
        check("service (min)", Field::ServiceMinutes, true);
        check("Mottagare", Field::Label, true);
        check("N° commande", Field::Id, true);
        check("Ventana horaria", Field::Window, true);
        check("Spätestens", Field::WindowEnd, true);
        check("Från", Field::WindowStart, true);
        check("Número de seguimiento", Field::TrackingNumber, true);
        check("Customer phone number", Field::Phone, false);
        check("Kunden-Telefon (mobil)", Field::Phone, false);
    }

    #[test]
    fn other_names_mean_nothing() {
        for name in ["", "  ", "foo", "weather", "(id)"] {
            assert_eq!(find(name), None, "{name}");
        }
    }

    #[test]
    fn no_name_means_two_things_and_each_is_written_plainly() {
        let mut seen: HashMap<&str, Field> = HashMap::new();
        for (field, list) in ALIASES {
            for alias in list.split_whitespace() {
                assert_eq!(normalise(alias), alias);
                let other = *seen.entry(alias).or_insert(*field);
                assert_eq!(other, *field, "{alias}");
            }
        }
    }
}
