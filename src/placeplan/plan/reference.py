"""Examples of every table, for the reference page."""

from __future__ import annotations

from placeplan.plan.template import starter

OPTIONAL: dict[str, str] = {
    "sites": "id,name,organisation,source\nN1H01,Northbrook General,N1H,made up\n",
    "population": "area,sex,age,year,people,low,high,source\nnorth,F,85+,2030,3600,3400,3800,made up\n",
    "pods": "id,name,setting,unit,beds,source\nhospice_stay,Hospice stays,community,admissions,emergency,made up\n",
    "flows": "pod,site,area,share,source\nall,N1H,north,0.9,made up\nall,N1H,outside,0.1,made up\n",
    "rates": "pod,sex,age,per_1000,source\nhospice_stay,all,65-74,1.5,made up\nhospice_stay,all,75+,6,made up\n",
    "seasons": "pod,month,index,source\nhospice_stay,1,1.08,made up\n",
    "stays": "site,pod,pool,nights,share,source\nN1H,emergency_admission,medical,6.5,0.7,made up\n",
    "boarding": "site,pool,to_pool,order,share,longer,source\nN1H,medical,surgical,1,0.1,1.15,made up\n",
    "unit_costs": "pod,cost,source\nhospice_stay,4200,made up\n",
    "travel": "area,site,mode,minutes,source\nnorth,N1H,car,18,made up\nnorth,N1H,public_transport,41,made up\n",
    "lists": (
        "site,specialty,listed,within_18,over_52,first_pod,overnight_pod,overnight_share,day_pod,day_share,source\n"
        "N1H,surgery,9000,0.9,0.001,outpatient_first,elective_admission,0.95,day_case,0.7,made up\n"
    ),
    "cohorts": (
        "cohort,name,age,people,need,source\nfrail,People who are frail,75+,0.25,0.55,made up\n"
        "care_home,People in care homes,75+,0.08,0.22,made up\n"
    ),
    "cohort_need": "cohort,pod,age,need,source\nfrail,emergency_admission,75+,0.6,made up\n",
    "components": (
        "sex,age,deaths,births,moves,source\nF,0-14,0.3,0,2,made up\nF,15-44,0.5,52,3,made up\n"
        "F,45+,17,0,-1,made up\nM,0-14,0.4,0,2,made up\nM,15-44,0.9,0,3,made up\nM,45+,18,0,-1,made up\n"
    ),
    "contacts": (
        "site,pod,group,wte,contacts_per_wte,used,unmet,backlog,source\n"
        "N1C,community_contact,nurses,140,95,,waits,900,made up\nN1P,gp_appointment,,,,0.95,spills,,made up\n"
    ),
    "spills": "pod,site,to_pod,to_site,coefficient,source\ngp_appointment,,ae_type1,N1H,spill.gp_to_ae,made up\n",
    "packages": (
        "council,kind,funder,capacity,in_use,weeks,fee,charge,group,source\n"
        "N1L,home_care_week,public,1050,1000,52,260,20,,made up\nN1L,residential_week,self,700,620,110,0,0,,made up\n"
    ),
    "pathways": (
        "site,pool,pathway,share,kind,to_site,to_pool,source\n"
        "N1H,general,0,0.6,,,,made up\nN1H,general,1,0.4,home_care_week,,,made up\n"
    ),
    "councils": (
        "council,reserves,floor,balances_by,least_eligibility,source\n"
        "N1L,12000000,5000000,reserves eligibility charging,0.85,made up\n"
    ),
    "reconcile": (
        "what,organisation,outcome,entity,period,statistic,published,unit,tolerance,kind,source\n"
        "Emergencies,N1H,activity,N1H/emergency_admission,2026/27,sum,20000,admissions a year,0.02,fitted,made up\n"
    ),
    "staff": (
        "organisation,group,funded,in_post,bank,agency,pay,line,unpaid,source\n"
        "N1H,nurses,1800,1640,90,40,46000,pay,false,made up\nN1H,volunteers,20,16,,,,,true,made up\n"
    ),
    "labour": "market,entrants,seekers,source\nnurses,230,20,made up\n",
    "capital": "organisation,year,kind,amount,source\nsystem,2027/28,limit,24000000,made up\nN1H,2028/29,receipt,3000000,made up\n",
    "balances": "organisation,cash,source\nN1H,6500000,made up\n",
    "control_totals": "organisation,year,position,source\nN1H,2027/28,-2000000,made up\nsystem,2027/28,0,made up\n",
    "localities": "name,area,source\nZZ1,north,made up\nNorthbrook,north,made up\n",
    "shapes": (
        "kind,id,shape,source\nsite,N1H01,POINT (-1.86 50.75),made up\n"
        'area,north,"POLYGON ((-1.9 50.7, -1.8 50.7, -1.8 50.8, -1.9 50.7))",made up\n'
    ),
    "evidence": (
        "id,initiative,category,effect_central,effect_low,effect_high,measure,acts_on,pods,grade,source\n"
        "our_falls_classes,Falls classes in our town,prevent,-4,-9,1,change,demand,emergency_admission,weak,made up\n"
    ),
}
"""Tables that the starter plan does not have."""


def table_example(name: str) -> str:
    """The head of a table as it may stand in a plan: header and up to two rows.

    >>> print(table_example("beds"))
    site,pool,available,occupied,escalation,source
    N1H,general,400,352,30,made up
    """
    text = OPTIONAL.get(name) or starter()[f"{name}.csv"]
    return "\n".join(text.splitlines()[:3])
