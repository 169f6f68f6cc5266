"""Tokens that begin with a sign of who issued them: data, gathered from the issuers' pages and from public rule sets.

A line: the alphabet of what follows the sign, how many characters of it there are at least, and the signs. With a `!`,
one of the characters is a digit. `formats/prefixes.py` reads it. Tokens of mixed case and digits that are longer than
24 characters need no line: `formats/opaque.py` knows them by their look.
"""

TOKENS = """
word    20 ghp_ gho_ ghu_ ghs_ ghr_ github_pat_
dash    16 glpat- gldt- glft- glsoat- glptt- glrt- glcbt- glimt- glagent- gloas- glffct- glrtr- GR1348941
dash    10 xoxa- xoxb- xoxc- xoxd- xoxe- xoxo- xoxp- xoxr- xoxs- xoxe.xox xapp- xwfp-
hex     32 dapi dkea dose doser dsapi dakat
alnum   20 hf_ api_org_
dash   !20 sk-
dash    20 sk-ant- sk-proj- sk-svcacct- sk-admin- sk-or-v1- sk-lf- pk-lf-
dash   !20 xai- nvapi- gsk_ r8_ pcsk_ pplx- lsv2_pt_ lsv2_sk_ ls__ csk- tgp_v1_ sk_car_ jina_ tvly- e2b_ rpa_
dash   !20 wandb_v1_
dash   !20 neptune_ dstack_ figd_ figo_ fio-u- bu_ fal_ voyage- upstash_ tigris_
dash    30 AIza
dash    20 GOCSPX- ya29. 1//0
caps    16 AKIA ASIA ABIA ACCA A3T
word   !30 ABSK bedrock-api-key-
dash    24 hvs. hvb. hvr.
alnum  !24 s. b.
dash    20 dckr_pat_ dckr_oat_ dp.pt. dp.st. dp.sa. dp.ct. dp.scim. dp.audit.
hex     40 dop_v1_ doo_v1_ dor_v1_ sntryu_ sgp_ slk_ rootly_ bkaj_ bkct_ glsa_ squ_ sqp_ sqa_
hex     40 rubygems_ shippo_live_
hex     40 shippo_test_ pnu_ EAK- NRRA-
hex     32 key- pubkey- shpat_ shpca_ shppa_ shpss_ shptka_ FLWSECK- live_ test_ sk_ web_ lob_live_ lob_test_ mg-
lower  !32 pul- bkua_ sbp_ rdme_ oy2 da2- p8e- nf_ nfp_ zrok_ lin_api_ lin_oauth_ npm_ uat_ FLWPUBK- FLWSECK-
lower  !32 key-
alnum  !40 AKCp cmVmd cmVmdGtu
word   !30 NuGet- CLOJARS_ pscale_tkn_ pscale_oauth_ pscale_pw_
dash    20 npm_ pypi-
alnum   10 sk_live_ sk_test_ rk_live_ rk_test_ sk_prod_ rk_prod_ whsec_ rzp_live_ rzp_test_ ak_live_ ak_test_
alnum   10 pk_live_ pk_test_
dash    20 sq0csp- sq0atp- sq0idp- EAAAE EAACEdEose0cBA EAAM EAACE shltm_ IGQV IGAA
dash    16 SG. xkeysib- xsmtpsib- mlsn. PMAK- PMAT- re_live_
dash   !30 CFPAT- cfk_ cfut_ cfat_ v1.0- secret_ ntn_ tfp_ cf_pat_ AQVN t1. YC y0_
dash    19 NRAK- NRBR- NRII- NRIQ- NRJS- NRAA- NRSP- NRNA-
dash    40 dt0c01. dt0s01. dt0s02. dt0s16.
dash   !60 EAAM EAAC EAAA 3MVG9
hex     30 bb_pr_ bb_ma_ u-s4t2ud- u-s4t2af-
hex     34 pk_
lower  !12 FLWSECK_TEST- FLWPUBK_TEST-
caps    20 A3- API- AGE-SECRET-KEY-1 AGE-SECRET-KEY-PQ-1 API_KEY
dash    20 sntrys_ glc_ eyJrIjoi CCIPAT_ CCIPRJ_ sb_secret_ aio_ apify_api_ apify_proxy_ ops_eyJ
dash   !20 ddp_ ddw_ phx_ phc_ phs_ rh-api- salad_cloud_ sjat_ EZAK EZTK duffel_live_ duffel_test_ fo1_ fm1a_ fm1r_
dash   !20 fm2_ HRKU-
dash   !16 ico- tk-us- tk-eu- sm_aat_ sm_pat_ sm_sat_ s-s4t2ud- s-s4t2af- amzn1.oa2-cs.v1. amzn.mws. ATATT ATCTT
dash   !16 ATBB ATOA BBDC-
dash   !17 LTAI AKID AKLT BBFF- flb_live_ tskey- mk_live_ api-live- thog-key- thog-secret- endr+ vercel_ vcp_ napi_
dash   !17 neon_ pat-na1- pat-eu1-
dash   !20 sub-c- pub-c- sec-c- ol_api_ bb_live_ bb_test_ pit-na buildkite_ hcaik_ lpat_ tr_dev_ tr_prod_ dd-api-
dash   !20 mdb_sa_sk_ prefect_ airtable_
dash   !20 sk_us_ sk_eu_ sk_intg_ cb_live_ pi_ na1- eu1- midi- oauth- xau_ esecret_ anyscale_ ghost_ octopus_ plaid-
dash   !20 access-sandbox-
dash   !20 access-production- access-development- public-token-
airtable 79 pat
harness 64 pat. sat.
hex     32 SK
guid    36 api- sdk- mob- amzn.mws. access-sandbox- access-production- access-development-
b64    !40 sha256~ ops_ kubeconfig- AAAAAAAAAAAAAAAAAAAAA
dash   !16 lip_ ctp_ cfsk_ pdl_live_apikey_ pdl_sdbx_apikey_ persona_production_ persona_sandbox_ AVNS_ dvc_server_
dash   !16 dvc_mobile_ CCDB1_ KEY01 Mid-server- polar_oat_ ramp_sec_ os_v2_app_ os_v2_org_ vtwn_ hawk. bkpt_ pts_ zpka_
dash   !16 WPL_AP lmb_ ion_ api_live. api_live_us. dG9rO cnvca mercury_production_ tss_ pina_ clojars_ hcp. waka_
"""
