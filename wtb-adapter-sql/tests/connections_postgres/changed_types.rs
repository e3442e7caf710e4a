//! Tables that are altered while connections hold statements that were prepared before.

use super::*;

#[tokio::test]
async fn a_column_of_another_type_is_one_conflict_for_all_connections() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url())).await;
    add(&store, "before").await;
    let mut units = Vec::new();
    for _ in 0..3 {
        let mut unit = begun(|| store.begin_read()).await;
        unit.workflows().get_by_id(&WorkflowId::new("before").unwrap()).await.expect("read");
        units.push(unit);
    }
    for unit in units {
        unit.commit().await.expect("committed");
    }
    observer.execute("ALTER TABLE workflows ALTER COLUMN name TYPE varchar(999)").await;

    let mut unit = begun(|| store.begin_read()).await;
    let error = unit.workflows().get_by_id(&WorkflowId::new("before").unwrap()).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { operation: "read workflows", .. }), "{error:?}");
    assert_eq!(error.retry(), Retry::WholeUnit);
    assert!(is_stored(&store, "before").await);
    add(&store, "after").await;
}

#[tokio::test]
async fn statements_that_the_session_forgot_are_one_conflict() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url()).max_connections(1.try_into().unwrap())).await;
    add(&store, "first").await;
    observer
        .execute(
            "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN IF NEW.id = 'forget' THEN DEALLOCATE ALL; END IF; RETURN NEW; END $$;
             CREATE TRIGGER forget BEFORE INSERT ON workflows FOR EACH ROW EXECUTE FUNCTION forget()",
        )
        .await;
    let mut unit = unit_that_wrote(&store, "forget").await;
    let error = unit.workflows().add(workflow("second")).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
    add(&store, "second").await;
    assert!(!is_stored(&store, "forget").await);
}
